/*
 * Questions about functions and promises that several passes ask.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";

export function isAsync(node: TS.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword) ?? false)
  );
}

/** Has the type a `then` that can be called? */
export function isThenable(checker: TS.TypeChecker, type: TS.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    if ((part.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never)) !== 0) return false;
    const then = checker.getPropertyOfType(part, "then");
    const declaration = then?.declarations?.[0];
    return (
      then !== undefined &&
      declaration !== undefined &&
      checker.getTypeOfSymbolAtLocation(then, declaration).getCallSignatures().length > 0
    );
  });
}
