/*
 * Where to find the text of a place that a program's diagnostics speak of: in the program, or in one that it was linked with.
 */
import type { TS } from "./ts.js";

const linkedPrograms = new WeakMap<TS.Program, TS.Program>();

/** Notes that `program` was analysed as `linked`. */
export function noteLinked(program: TS.Program, linked: TS.Program): void {
  linkedPrograms.set(program, linked);
}

export function sourceFileOf(program: TS.Program, fileName: string): TS.SourceFile | undefined {
  return program.getSourceFile(fileName) ?? linkedPrograms.get(program)?.getSourceFile(fileName);
}
