/*
 * A project and those that it refers to, in the order in which they are built.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { ConfigurationError } from "./configuration-error.js";
import { readProgramInputs } from "./open-program.js";
import type { ProgramInputs, ProgramSource } from "./open-program.js";

/**
 * Those that are referred to come first; a project that names no files is only its references.
 *
 * @throws ConfigurationError CTM1303 when a tsconfig can't be read, CTM1308 when nothing names files, CTM1321 for a circle.
 */
export function projectsInOrder(source: ProgramSource): readonly ProgramInputs[] {
  const ordered: ProgramInputs[] = [];
  const mistakes: TS.Diagnostic[] = [];
  const seen = new Map<string, "open" | "done">();
  const add = (from: ProgramSource, via: readonly string[]): void => {
    const inputs = readProgramInputs(from);
    const key = inputs.configPath ?? "";
    if (seen.get(key) === "done") return;
    if (seen.get(key) === "open") {
      throw new ConfigurationError(
        "CTM1321",
        `Projects refer to one another in a circle: ${[...via, key].join(" → ")}.`,
        'Take one of the "references" out.',
      );
    }
    seen.set(key, "open");
    for (const reference of inputs.references) {
      const tsconfig = ts.resolveProjectReferencePath(reference);
      add({ tsconfig, currentDirectory: inputs.currentDirectory }, [...via, key]);
    }
    seen.set(key, "done");
    if (inputs.rootNames.length > 0) ordered.push(inputs);
    else mistakes.push(...inputs.configErrors.filter(({ code }) => !NO_INPUTS.has(code)));
  };
  add(source, []);
  if (ordered.length > 0) return ordered;
  // A config that can't be extended, or an option that there is not, may be why; else only the lack of files is worth a word.
  const [mistake] = mistakes;
  if (mistake === undefined) throw noFiles(source.tsconfig);
  throw new ConfigurationError(
    "CTM1303",
    `${source.tsconfig ?? "The project"} names no source files, and has a mistake: ${ts.flattenDiagnosticMessageText(mistake.messageText, "\n")}`,
    "Mend the tsconfig.",
  );
}

/** What TypeScript says of a config that names no files. */
const NO_INPUTS: ReadonlySet<number> = new Set([18002, 18003]);

export function noFiles(tsconfig = "The project"): ConfigurationError {
  return new ConfigurationError(
    "CTM1308",
    `${tsconfig} names no source files: it only refers to other projects, or its "include" matches nothing.`,
    "Name the tsconfig that holds the workflows.",
  );
}
