/*
 * The checker, with what it is asked most kept by node: it forms the type of an expression anew at each question, that of all
 * within included, and a dozen rules ask the same questions of the same nodes.
 */
import type { Memory } from "./memory.js";
import { declarationsSeen } from "./seen-declarations.js";
import type { TS } from "./ts.js";

/** Answers as `checker` does; keep it no longer than the program. A lasting memory is told where what it gives is declared. */
export function cachingChecker(checker: TS.TypeChecker, memory: Memory): TS.TypeChecker {
  return memory.isLasting ? telling(remembering(checker), memory) : remembering(checker);
}

function remembering(checker: TS.TypeChecker): TS.TypeChecker {
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

/** By the questions that give symbols, types or declarations: whoever asks can come to the files of these. */
function telling(checker: TS.TypeChecker, memory: Memory): TS.TypeChecker {
  const saw = declarationsSeen(memory);
  const symbol = <A extends readonly unknown[], S extends TS.Symbol | undefined>(
    ask: (...question: A) => S,
  ): ((...question: A) => S) => {
    return (...question) => {
      const found = ask(...question);
      if (found !== undefined) saw.symbol(found);
      return found;
    };
  };
  const type = <A extends readonly unknown[], T extends TS.Type | undefined>(
    ask: (...question: A) => T,
  ): ((...question: A) => T) => {
    return (...question) => {
      const found = ask(...question);
      if (found !== undefined) saw.type(found);
      return found;
    };
  };
  const told: Partial<TS.TypeChecker> = {
    getSymbolAtLocation: symbol((at) => checker.getSymbolAtLocation(at)),
    getAliasedSymbol: symbol((at) => checker.getAliasedSymbol(at)),
    getImmediateAliasedSymbol: symbol((at) => checker.getImmediateAliasedSymbol(at)),
    getShorthandAssignmentValueSymbol: symbol((at) => checker.getShorthandAssignmentValueSymbol(at)),
    getExportSpecifierLocalTargetSymbol: symbol((at) => checker.getExportSpecifierLocalTargetSymbol(at)),
    getPropertyOfType: symbol((of, name) => checker.getPropertyOfType(of, name)),
    tryGetMemberInModuleExports: symbol((name, module) => checker.tryGetMemberInModuleExports(name, module)),
    resolveName: symbol((...question) => checker.resolveName(...question)),
    getTypeAtLocation: type((at) => checker.getTypeAtLocation(at)),
    getTypeFromTypeNode: type((at) => checker.getTypeFromTypeNode(at)),
    getTypeOfSymbol: type((at) => checker.getTypeOfSymbol(at)),
    getTypeOfSymbolAtLocation: type((symbol, node) => checker.getTypeOfSymbolAtLocation(symbol, node)),
    getDeclaredTypeOfSymbol: type((at) => checker.getDeclaredTypeOfSymbol(at)),
    getContextualType: type((at) => checker.getContextualType(at)),
    getAwaitedType: type((at) => checker.getAwaitedType(at)),
    getApparentType: type((at) => checker.getApparentType(at)),
    getNonNullableType: type((at) => checker.getNonNullableType(at)),
    getBaseConstraintOfType: type((at) => checker.getBaseConstraintOfType(at)),
    getTypeArguments(of: TS.TypeReference): readonly TS.Type[] {
      const found = checker.getTypeArguments(of);
      found.forEach(saw.type);
      return found;
    },
    getExportsOfModule(module: TS.Symbol): TS.Symbol[] {
      const found = checker.getExportsOfModule(module);
      found.forEach(saw.symbol);
      return found;
    },
    getResolvedSignature(node: TS.CallLikeExpression): TS.Signature | undefined {
      const found = checker.getResolvedSignature(node);
      if (found !== undefined) saw.signature(found);
      return found;
    },
  };
  return Object.assign(Object.create(checker) as TS.TypeChecker, told);
}
