/*
 * What is changed on a program for tsc: its global diagnostics and its emission.
 *
 * Global diagnostics are the one kind that tsc asks for in every mode and that no builder caches or splits by file: a helper
 * that did not change is never asked for diagnostics of its own, though a new workflow begins to reach it.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { Compilation } from "../../pipeline.js";
import { withoutTold } from "../without-told.js";
import { toTscDiagnostic, writeWarnings } from "./report.js";

/** Reports and emits through `compilation`, which is asked for when it is needed. */
export function hookProgram(
  program: TS.Program,
  compilation: () => Compilation,
  write: TS.WriteFileCallback = writeToDisk,
): TS.Program {
  let found: readonly TS.Diagnostic[] | null = null;
  reportGlobally(program, () => {
    if (found !== null) return found;
    const { diagnostics } = compilation();
    const failed = diagnostics.some(({ severity }) => severity === "error");
    // tsc fails a build for any diagnostic, also for a warning: those it must not see unless it fails anyway.
    if (!failed) writeWarnings(diagnostics);
    found = failed
      ? withoutTold(program, diagnostics).map((diagnostic) => toTscDiagnostic(program, diagnostic))
      : [];
    return found;
  });
  emitThrough(program, compilation, write);
  return program;
}

/** Makes `program` emit what was compiled, whoever asks: builders ask file by file, and compare what they get. */
export function emitThrough(
  program: TS.Program,
  compilation: () => Compilation,
  write: TS.WriteFileCallback = writeToDisk,
): void {
  const emit = program.emit.bind(program);
  program.emit = (file, writeFile, token, emitOnly, custom, ...rest: readonly unknown[]) => {
    // First of all: it looks its nodes up, so it must see those of the user and not what another transformer made of them.
    const transformers = { ...custom, before: [compilation().transformer, ...(custom?.before ?? [])] };
    // A builder that only wants the shape of a file asks for its declarations, and writes nothing.
    const [isForced] = rest;
    const writer = isForced === true ? writeFile : compilation().writer(writeFile ?? write);
    return (emit as (...parameters: readonly unknown[]) => TS.EmitResult)(
      file,
      writer,
      token,
      emitOnly,
      transformers,
      ...rest,
    );
  };
}

function writeToDisk(fileName: string, text: string, byteOrderMark: boolean): void {
  const makeFolder = (path: string): void => {
    if (path === "" || ts.sys.directoryExists(path)) return;
    makeFolder(path.replace(/\/?[^/]*$/, ""));
    ts.sys.createDirectory(path);
  };
  makeFolder(fileName.replace(/\/?[^/]*$/, ""));
  ts.sys.writeFile(fileName, text, byteOrderMark);
}

/**
 * For a plugin that can't work: reports why. What is emitted all the same is not compiled, and workflows that are not
 * compiled refuse to load.
 */
export function untouchedProgram(program: TS.Program, mistakes: readonly TS.Diagnostic[]): TS.Program {
  reportGlobally(program, () => mistakes);
  return program;
}

/** Since tsc looks for type errors only where there are no global ones, they are handed out together. */
function reportGlobally(program: TS.Program, errors: () => readonly TS.Diagnostic[]): void {
  const globalDiagnostics = program.getGlobalDiagnostics.bind(program);
  program.getGlobalDiagnostics = (token) => {
    const own = errors();
    return own.length === 0
      ? globalDiagnostics(token)
      : [...globalDiagnostics(token), ...own, ...program.getSemanticDiagnostics(undefined, token)];
  };
}
