/*
 * A project and those that it refers to, in the order in which they are built.
 */
import { ts } from "../compiler/ts.js";
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
  };
  add(source, []);
  if (ordered.length === 0) throw noFiles(source.tsconfig);
  return ordered;
}

export function noFiles(tsconfig = "The project"): ConfigurationError {
  return new ConfigurationError(
    "CTM1308",
    `${tsconfig} names no source files: it only refers to other projects, or its "include" matches nothing.`,
    "Name the tsconfig that holds the workflows.",
  );
}
