/*
 * How long an edit takes while the project is watched: from the news that a file changed to all findings.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchProject } from "@continuum/transformer";
import type { GeneratedProgram } from "./program.js";

const ROUNDS = 7;

export interface TimedEdits {
  readonly title: string;
  readonly times: readonly number[];
}

export function timeEdits(folder: string, { helper }: GeneratedProgram): readonly TimedEdits[] {
  const project = watchProject({ tsconfig: folder });
  const errors = (): number => project.check().findings.filter(({ severity }) => severity === "error").length;
  if (errors() > 0) throw new Error("the generated program has errors");
  const path = join(folder, helper);
  const original = readFileSync(path, "utf8");
  const edit = (text: string): number => {
    writeFileSync(path, text);
    project.changed(path);
    const start = performance.now();
    const found = errors();
    const took = performance.now() - start;
    if (found > 0) throw new Error("an edit that is fine was refused");
    return took;
  };
  const body = edits(
    original,
    (n) => original.replace("Math.max(0.5, factor)", `Math.max(0.${n + 1}, factor)`),
    edit,
  );
  const shape = edits(original, (n) => `${original}\nexport const edition = "${n}" as const;\n`, edit);
  project.close();
  return [
    { title: "an edit in a helper's body", times: body },
    { title: "an edit of what a helper's module declares", times: shape },
  ];
}

/** The first is a warm-up. */
function edits(
  original: string,
  textOf: (n: number) => string,
  edit: (text: string) => number,
): readonly number[] {
  const times = Array.from({ length: ROUNDS + 1 }, (_, n) => edit(textOf(n)));
  edit(original);
  return times.slice(1);
}
