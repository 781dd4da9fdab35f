/*
 * The checker, with what it is asked most kept by node: it forms the type of an expression anew at each question, that of all
 * within included, and a dozen rules ask the same questions of the same nodes.
 */
import type { TS } from "./ts.js";

/** Answers as `checker` does; keep it no longer than the program. */
export function cachingChecker(checker: TS.TypeChecker): TS.TypeChecker {
  const types = new Map<TS.Node, TS.Type>();
  const symbols = new Map<TS.Node, TS.Symbol | undefined>();
  return Object.assign(Object.create(checker) as TS.TypeChecker, {
    getTypeAtLocation(node: TS.Node): TS.Type {
      let type = types.get(node);
      if (type === undefined) types.set(node, (type = checker.getTypeAtLocation(node)));
      return type;
    },
    getSymbolAtLocation(node: TS.Node): TS.Symbol | undefined {
      const known = symbols.get(node);
      if (known !== undefined || symbols.has(node)) return known;
      const symbol = checker.getSymbolAtLocation(node);
      symbols.set(node, symbol);
      return symbol;
    },
  });
}
