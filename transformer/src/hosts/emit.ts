import type { TS } from "../compiler/ts.js";
import type { Compilation } from "../pipeline.js";
import { ConfigurationError } from "./configuration-error.js";

export interface EmittedFile {
  /** Absolute, as the compiler would write it. */
  readonly fileName: string;
  readonly text: string;
}

/** What TypeScript's public types leave out: 0 is JavaScript alone, 1 declarations alone. */
const ONLY = { code: 0, declarations: 1 };

/** Emits one file or the whole program through the compilation's transformer, into memory. */
export function emitToMemory(
  program: TS.Program,
  compilation: Compilation,
  { file, only }: { readonly file?: TS.SourceFile; readonly only?: keyof typeof ONLY } = {},
): readonly EmittedFile[] {
  const files: EmittedFile[] = [];
  const { emitSkipped } = program.emit(
    file,
    compilation.writer((fileName, text) => files.push({ fileName, text })),
    undefined,
    only === undefined ? false : (ONLY[only] as unknown as boolean),
    {
      before: [compilation.transformer],
    },
  );
  if (emitSkipped && file !== undefined) {
    throw new ConfigurationError(
      "CTM1304",
      `TypeScript did not emit ${file.fileName}: the program's options forbid it.`,
      "Make the program with noEmit: false, noEmitOnError: false and emitDeclarationOnly: false.",
    );
  }
  return files;
}
