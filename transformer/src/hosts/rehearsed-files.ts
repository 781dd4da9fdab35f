/*
 * Which files of a program are edited in mind: such as somebody uses, for the way of an edit to be gone to its end, and few do, for it
 * to be short.
 */
import type { TS } from "../compiler/ts.js";
import { actsGlobally, importersOf } from "./affected-files.js";

/** So many import the best ones, directly or through others. */
const IMPORTERS = 2;
const FILES = 5;

/** Names of files, best first. */
export function rehearsedFiles(program: TS.Program): readonly string[] {
  const importers = importersOf(program);
  const distance = (file: TS.SourceFile): number => {
    const all = new Set([file]);
    for (const each of all) for (const { importer } of importers.get(each) ?? []) all.add(importer);
    return Math.abs(all.size - 1 - IMPORTERS);
  };
  return program
    .getSourceFiles()
    .filter((file) => !actsGlobally(file) && !program.isSourceFileFromExternalLibrary(file))
    .map((file) => ({ fileName: file.fileName, distance: distance(file) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, FILES)
    .map(({ fileName }) => fileName);
}
