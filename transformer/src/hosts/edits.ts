/*
 * Purpose: what holds from one program to the next while files are edited.
 * Owns: which answers of the memory an edit makes void.
 *
 * Invariants
 *  1. Whatever is kept is what a memory without a past would find: an edit voids what was found out with a look at an affected file.
 *  2. What no file's declarations tell (package.json, options, files that come or go) makes all void.
 */
import { fileLocator } from "../compiler/packages.js";
import type { FileLocation, FileReader } from "../compiler/packages.js";
import { lastingMemory } from "../compiler/memory.js";
import type { Memory } from "../compiler/memory.js";
import type { TS } from "../compiler/ts.js";
import { affectedFiles } from "./affected-files.js";

export interface Edits {
  /**
   * The memory for `program`, which follows the one of the last call; and the files whose own answers may be others. `settings` are
   * whatever else the answers depend on; for `take` see affected-files.ts.
   */
  next(
    program: TS.Program,
    files: FileReader,
    settings?: unknown,
    take?: "what changed" | "a function as changed",
  ): Edit;
}

export interface Edit {
  readonly memory: Memory;
  readonly affected: ReadonlySet<TS.SourceFile> | "all";
}

/** Begins with a program that nothing is known of. */
export function followEdits(): Edits {
  const memory = lastingMemory();
  let last: { readonly program: TS.Program; readonly surroundings: string } | null = null;
  return {
    next(program, files, settings, take) {
      const surroundings = JSON.stringify([settings, program.getCompilerOptions(), placesOf(program, files)]);
      const affected =
        last?.surroundings === surroundings ? affectedFiles(last.program, program, take) : "all";
      if (last === null || affected === "all") memory.forgetAll();
      else memory.next([...affected, ...filesGone(last.program, program)]);
      last = { program, surroundings };
      return { memory, affected };
    },
  };
}

/** Files of the old program that are not in the new one, or were read again. */
function filesGone(old: TS.Program, program: TS.Program): readonly TS.SourceFile[] {
  return old.getSourceFiles().filter((file) => program.getSourceFile(file.fileName) !== file);
}

/** The packages that the files of a program are in, as their package.json files tell. */
function placesOf(program: TS.Program, files: FileReader): readonly FileLocation[] {
  const locate = fileLocator(program.getCurrentDirectory(), files);
  return program
    .getSourceFiles()
    .filter((file) => !program.isSourceFileDefaultLibrary(file))
    .map((file) => locate(file));
}
