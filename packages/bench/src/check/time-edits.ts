/*
 * How long an edit takes while the project is watched: from the news that a file changed to all findings. As a script it prints what
 * it timed, of a process that has just started.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { watchProject } from "@continuum/transformer";

/** Of a process whose engine has not compiled yet what an edit needs. */
const FIRST = 5;
const ROUNDS = 11;
const PAUSE_MS = 50;

export interface TimedEdits {
  readonly title: string;
  readonly times: readonly number[];
}

/**
 * The edits of one watch, in a process of its own: such as come right after its first report, or those after the rehearsals for which
 * `continuum check --watch` uses the seconds that follow.
 */
export function timeEdits(
  folder: string,
  helper: string,
  when: "at once" | "rehearsed",
): readonly TimedEdits[] {
  const script = fileURLToPath(import.meta.url);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder, helper, when], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the edits could not be timed\n${stderr}`);
  return JSON.parse(stdout) as readonly TimedEdits[];
}

async function editsOf(folder: string, helper: string, when: string): Promise<readonly TimedEdits[]> {
  const project = watchProject({ tsconfig: folder });
  const errors = (): number => project.check().findings.filter(({ severity }) => severity === "error").length;
  if (errors() > 0) throw new Error("the generated program has errors");
  const path = join(folder, helper);
  const original = readFileSync(path, "utf8");
  const edit = (text: string): number => {
    if (text === readFileSync(path, "utf8")) throw new Error("an edit that changes nothing");
    writeFileSync(path, text);
    project.changed(path);
    const start = performance.now();
    const found = errors();
    const took = performance.now() - start;
    if (found > 0) throw new Error("an edit that is fine was refused");
    return took;
  };
  const body = (n: number): string =>
    original.replace("Math.max(0.5, factor)", `Math.max(0.5${n + 1}, factor)`);
  const addition = (n: number): string => `${original}\nexport const edition = "${n}" as const;\n`;
  const signature = (n: number): string =>
    original.replace(/(: Tier\d+)(\): number)/, `$1, digits${n}?: number$2`);
  const rounds = (title: string, textOf: (n: number) => string, count = ROUNDS): TimedEdits => {
    const times = Array.from({ length: count }, (_, n) => edit(textOf(n % 9)));
    edit(original);
    return { title, times };
  };
  // As the command line does, in turns of their own.
  if (when === "rehearsed") while (project.rehearse()) await setTimeout(PAUSE_MS);
  const timed =
    when === "at once"
      ? [rounds("edits at once after the first report", body, FIRST)]
      : [
          rounds("the first edits of a helper's body", body, FIRST),
          rounds("later ones", body),
          rounds("an export is added to a helper's module", addition),
          rounds("the signature of a helper changes", signature),
        ];
  project.close();
  return timed;
}

const [, script, folder, helper, when] = process.argv;
if (script === fileURLToPath(import.meta.url) && folder !== undefined && helper !== undefined)
  console.log(JSON.stringify(await editsOf(folder, helper, when ?? "rehearsed")));
