/*
 * Purpose: what holds from one program to the next while files are edited.
 * Owns: which answers of the memory an edit makes void.
 *
 * Invariants
 *  1. Whatever is kept is what a memory without a past would find: an edit voids what was found out with a look at an affected file.
 *  2. What no file's declarations tell (package.json, options, files that come or go) makes all void.
 */
import { fileLocator } from "../compiler/packages.js";
import type { FileReader } from "../compiler/packages.js";
import { lastingMemory } from "../compiler/memory.js";
import type { Memory } from "../compiler/memory.js";
import type { TS } from "../compiler/ts.js";
import { affectedFiles } from "./affected-files.js";

export interface Edits {
  /** The memory for `program`, which follows the one of the last call; and the files whose own answers may be others. */
  next(program: TS.Program, files: FileReader): Edit;
}

export interface Edit {
  readonly memory: Memory;
  readonly affected: ReadonlySet<TS.SourceFile> | "all";
}

/** Begins with a program that nothing is known of. */
export function followEdits(): Edits {
  const memory = lastingMemory();
  let last: { readonly program: TS.Program; readonly places: string } | null = null;
  return {
    next(program, files) {
      const places = placesOf(program, files);
      const affected = last === null ? "all" : affectedFiles(last.program, program);
      if (affected === "all" || last?.places !== places) memory.forgetAll();
      else memory.next((file) => affected.has(file) || program.getSourceFile(file.fileName) !== file);
      last = { program, places };
      return { memory, affected };
    },
  };
}

/** The packages that the files of a program are in, as their package.json files tell. */
function placesOf(program: TS.Program, files: FileReader): string {
  const locate = fileLocator(program.getCurrentDirectory(), files);
  return JSON.stringify(
    program
      .getSourceFiles()
      .filter((file) => !program.isSourceFileDefaultLibrary(file))
      .map((file) => locate(file)),
  );
}
