/*
 * Purpose: the type of what a member is accessed on, without the type checker that gave it.
 * Owns: which types can be believed at all, and how to find them again.
 *
 * Invariants
 *  1. A type is believed only if it is closed: a class, interface or literal type without type parameters. Whatever is
 *     structurally assignable to it may stand there, its methods may be those of a base class.
 *  2. `typeOf` gives the type that was there, whichever checker is asked: a declaration stands for a type only where it gave this
 *     very type.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { ReceiverType } from "../ir/facts.js";

/** The types that the value of `node` can have; null where nothing is known of it. */
export function receiversAt(view: ProgramView, node: TS.Node): readonly ReceiverType[] | null {
  const here: ReceiverType = { node, by: "place" };
  const found = new Map<TS.Type, ReceiverType>();
  const add = (type: TS.Type): boolean => {
    if (type.isUnion()) return type.types.every((part) => isNothing(part) || add(part));
    if ((type.flags & ts.TypeFlags.TypeParameter) !== 0) {
      const constraint = view.checker.getBaseConstraintOfType(type);
      return constraint !== undefined && constraint !== type && add(constraint);
    }
    if (!isClosed(view, type)) return false;
    found.set(type, declaredAs(view, type) ?? here);
    return true;
  };
  if (!add(view.checker.getTypeAtLocation(node))) return null;
  const receivers = [...found.values()];
  return receivers.includes(here) ? [here] : receivers;
}

/** Nothing is accessed on it: `order?.total()`. */
export function isNothing(type: TS.Type): boolean {
  return (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) !== 0;
}

/** `types`, by declarations; null where one of them is not closed, or no declaration gives it. */
export function declaredParts(view: ProgramView, types: readonly TS.Type[]): readonly ReceiverType[] | null {
  const parts = types.map((type) => (isClosed(view, type) ? declaredAs(view, type) : null));
  return parts.some((part) => part === null) ? null : parts.filter((part) => part !== null);
}

/** What of a type is closed, and given by a declaration. */
export function closedParts(view: ProgramView, type: TS.Type): readonly ReceiverType[] {
  if (type.isUnion()) return type.types.flatMap((part) => closedParts(view, part));
  return declaredParts(view, [type]) ?? [];
}

/** The type that a receiver stands for. */
export function typeOf({ checker }: ProgramView, { node, by }: ReceiverType): TS.Type | null {
  if (by === "place") return checker.getTypeAtLocation(node);
  if (by === "type") return ts.isTypeNode(node) ? checker.getTypeFromTypeNode(node) : null;
  const symbol = symbolDeclaredBy(checker, node);
  if (symbol === undefined) return null;
  return by === "instance" ? checker.getDeclaredTypeOfSymbol(symbol) : checker.getTypeOfSymbol(symbol);
}

function declaredAs(view: ProgramView, type: TS.Type): ReceiverType | null {
  const node = type.symbol.declarations?.[0];
  if (node === undefined) return null;
  const ways: readonly ReceiverType["by"][] = ts.isTypeNode(node)
    ? ["type"]
    : ts.isClassLike(node) || ts.isInterfaceDeclaration(node)
      ? ["instance", "value"]
      : ["value"];
  const by = ways.find((way) => typeOf(view, { node, by: way }) === type);
  return by === undefined ? null : { node, by };
}

function symbolDeclaredBy(checker: TS.TypeChecker, node: TS.Node): TS.Symbol | undefined {
  if (ts.isSourceFile(node)) return checker.getSymbolAtLocation(node);
  const name = ts.getNameOfDeclaration(node as TS.Declaration);
  return name === undefined ? undefined : checker.getSymbolAtLocation(name);
}

/** A type that says of a value all that there is: no type parameter stands for something that only callers know. */
export function isClosed(view: ProgramView, type: TS.Type): boolean {
  if ((type.flags & ts.TypeFlags.Object) === 0) return false;
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "project") return false;
  if (view.checker.getTypeArguments(type as TS.TypeReference).some((part) => !isThisType(part))) return false;
  return (
    ts.findAncestor(declaration, (at) => "typeParameters" in at && at.typeParameters !== undefined) ===
    undefined
  );
}

/** Properties can be looked at: no class or interface that the project did not write. */
export function isOpenObject(view: ProgramView, type: TS.Type): boolean {
  if (type.isIntersection()) return type.types.some((part) => isOpenObject(view, part));
  if ((type.flags & ts.TypeFlags.Object) === 0) return false;
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  if (declaration === undefined) return true;
  const isNamed = ts.isClassLike(declaration) || ts.isInterfaceDeclaration(declaration);
  return !isNamed || view.originOf(declaration).kind === "project";
}

/** A class has itself for a last type argument. */
function isThisType(type: TS.Type): boolean {
  return (type as { readonly isThisType?: boolean }).isThisType === true;
}
