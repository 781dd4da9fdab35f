/*
 * Notes in a memory the files in which what an answer leads to is declared.
 */
import type { Memory } from "./memory.js";
import type { TS } from "./ts.js";

export interface SeenDeclarations {
  symbol(symbol: TS.Symbol): void;
  type(type: TS.Type): void;
  signature(signature: TS.Signature): void;
}

/** Looks up the files of each symbol and type once: keep it no longer than the program. */
export function declarationsSeen(memory: Memory): SeenDeclarations {
  const known = new Map<object, readonly TS.SourceFile[]>();
  const saw = (of: object, look: () => readonly TS.SourceFile[]): void => {
    let files = known.get(of);
    if (files === undefined) known.set(of, (files = look()));
    for (const file of files) memory.saw(file);
  };
  return {
    symbol: (symbol) => saw(symbol, () => filesOf(symbol)),
    type: (type) => saw(type, () => filesOfType(type)),
    signature(signature) {
      const declaration = signature.getDeclaration() as TS.Node | undefined;
      if (declaration !== undefined) memory.saw(declaration.getSourceFile());
    },
  };
}

function filesOf(symbol: TS.Symbol | undefined): readonly TS.SourceFile[] {
  const files = (symbol?.declarations ?? []).map((declaration) => declaration.getSourceFile());
  return Array.from(new Set(files)).filter(({ isDeclarationFile }) => !isDeclarationFile);
}

function filesOfType(type: TS.Type): readonly TS.SourceFile[] {
  const parts = type.isUnionOrIntersection() ? type.types : [];
  const symbols = [
    type.symbol as TS.Symbol | undefined,
    type.aliasSymbol,
    ...parts.map(({ symbol }) => symbol),
  ];
  return Array.from(new Set(symbols.flatMap(filesOf)));
}
