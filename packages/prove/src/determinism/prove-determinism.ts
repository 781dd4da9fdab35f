/*
 * `npm run prove determinism`: a corpus of small programs, most of them wrong in ways that a clever colleague would try. Each
 * must get exactly the diagnostics that it expects: code and place, no more and no fewer.
 */
import { UsageError } from "../table.js";
import type { Findings } from "../table.js";
import { readCorpus } from "./corpus.js";
import { judgeProgram } from "./judge-program.js";

/** `--only TEXT`: programs whose family or name contains it. */
export function proveDeterminism(words: readonly string[]): Promise<Findings> {
  const only = onlyOf(words);
  const programs = readCorpus().filter(({ family, name }) => `${family}: ${name}`.includes(only));
  if (programs.length === 0) throw new UsageError(`No program of the corpus is called "${only}".`);
  const failures: string[] = [];
  const families = new Map<string, { wrong: number; right: number; failed: number }>();
  for (const program of programs) {
    const count = families.get(program.family) ?? { wrong: 0, right: 0, failed: 0 };
    families.set(program.family, count);
    if (program.expected.length > 0) count.wrong++;
    else count.right++;
    const complaints = judgeProgram(program);
    if (complaints.length === 0) continue;
    count.failed++;
    failures.push(
      `${program.family}: ${program.name}\n${complaints.map((each) => `    ${each}`).join("\n")}`,
    );
  }
  for (const failure of failures) console.error(failure);
  const wrong = programs.filter(({ expected }) => expected.length > 0).length;
  return Promise.resolve({
    heading:
      "Programs that the compiler must refuse, each at its place, and programs that it must leave alone",
    rows: [
      ["family", "must be refused", "must pass", "judged wrongly"],
      ...[...families].map(([family, count]) => [
        family,
        `${count.wrong}`,
        `${count.right}`,
        `${count.failed}`,
      ]),
    ],
    summary: {
      name: "determinism",
      programs: programs.length,
      wrong,
      right: programs.length - wrong,
      failures: failures.length,
    },
    holds: failures.length === 0,
  });
}

function onlyOf(words: readonly string[]): string {
  if (words.length === 0) return "";
  const [option, text] = words;
  if (option === "--only" && text !== undefined && words.length === 2) return text;
  throw new UsageError("npm run prove determinism knows one option: --only TEXT.");
}
