/*
 * How long an edit takes while the project is watched: from the news that a file changed to all findings.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watchProject } from "@continuum/transformer";
import type { GeneratedProgram } from "./program.js";

/** Of a process that has just started, as timed of their own: what the engine has not compiled yet takes longer. */
const FIRST = 5;
const ROUNDS = 11;

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
  const timed = [
    rounds("the first edits of a helper's body", body, FIRST),
    rounds("later ones", body),
    rounds("an export is added to a helper's module", addition),
    rounds("the signature of a helper changes", signature),
  ];
  project.close();
  return timed;
}
