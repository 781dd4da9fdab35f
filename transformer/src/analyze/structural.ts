/*
 * Members of built-in objects that are reached without their names being in sight: through a structural type, to which a Date
 * fits as well, through `any`, through a key that is computed, and through `constructor`, which every object has.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, outerParent } from "../compiler/symbols.js";
import { knownApis } from "./known-apis.js";
import type { Verdict } from "./known-apis.js";

/** Built-in types some of whose instance members are impure. */
const PARTLY_PURE = ["Date", "String", "Number", "BigInt", "Error"] as const;

/** The impure member that `node` may mean, with the type that has it. */
export function hiddenMember(
  view: ProgramView,
  node: TS.Node,
): { readonly name: string; readonly verdict: Verdict } | null {
  if (ts.isPropertyAccessExpression(node)) return throughName(view, node, node.expression, node.name.text);
  if (ts.isElementAccessExpression(node)) {
    const key = literalKey(view.checker, node.argumentExpression);
    return key === null ? throughKey(view, node) : throughName(view, node, node.expression, key);
  }
  if (
    !ts.isBindingElement(node) ||
    !ts.isObjectBindingPattern(node.parent) ||
    node.dotDotDotToken !== undefined
  )
    return null;
  const name = node.propertyName ?? node.name;
  if (!ts.isIdentifier(name) && !ts.isStringLiteral(name)) return null;
  const type = view.checker.getTypeAtLocation(node.parent);
  if (name.text === "constructor") return isOwnInstance(view, type) ? null : constructorOfAnything;
  return (type.flags & ts.TypeFlags.Any) === 0 ? null : throughAny(name.text);
}

function throughName(
  view: ProgramView,
  node: TS.Expression,
  receiver: TS.Expression,
  member: string,
): { readonly name: string; readonly verdict: Verdict } | null {
  const type = view.checker.getTypeAtLocation(receiver);
  if (member === "constructor") {
    return isOwnInstance(view, type) || isAskedAbout(node) ? null : constructorOfAnything;
  }
  // A call of `any` is refused as such.
  if ((type.flags & ts.TypeFlags.Any) !== 0 && !isCalled(node)) return throughAny(member);
  return throughStructure(view, receiver, member, view.symbolOf(node));
}

/** From a Date the clock, and from a function a compiler of text. */
const constructorOfAnything = {
  name: "Object.constructor",
  verdict: {
    kind: "impure",
    family: "dynamicCode",
    hint: "Name the class: new Order(…). To ask what something is, write x.constructor === Order or x.constructor.name.",
  },
} as const satisfies { name: string; verdict: Verdict };

/** `this.constructor` in a class of the project is one of its classes. */
function isOwnInstance(view: ProgramView, type: TS.Type): boolean {
  const own = view.checker.getBaseConstraintOfType(type) ?? type;
  const declaration = (own.symbol as TS.Symbol | undefined)?.declarations?.[0];
  return (
    declaration !== undefined && ts.isClassLike(declaration) && view.originOf(declaration).kind === "project"
  );
}

/** `x.constructor.name`, `x.constructor === Order`, `x.constructor instanceof Function` */
function isAskedAbout(node: TS.Expression): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === child && parent.name.text === "name";
  if (ts.isTypeOfExpression(parent)) return true;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind >= ts.SyntaxKind.EqualsEqualsToken &&
    parent.operatorToken.kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken
  );
}

function isCalled(node: TS.Expression): boolean {
  const { parent, child } = outerParent(node);
  return ts.isCallExpression(parent) && parent.expression === child;
}

/** `(error as any).stack` */
function throughAny(member: string): { readonly name: string; readonly verdict: Verdict } | null {
  for (const owner of PARTLY_PURE) {
    const verdict = impureMember(owner, member);
    if (verdict !== null) return { name: `${owner}.${member}`, verdict };
  }
  return null;
}

/** `(x: { getHours(): number }) => x.getHours()` takes a Date as well. */
function throughStructure(
  view: ProgramView,
  receiver: TS.Expression,
  member: string,
  symbol: TS.Symbol | undefined,
): { readonly name: string; readonly verdict: Verdict } | null {
  const declaration = symbol?.declarations?.[0];
  if (
    declaration === undefined ||
    !ts.isTypeElement(declaration) ||
    view.originOf(declaration).kind === "platform"
  )
    return null;
  for (const name of PARTLY_PURE) {
    const verdict = impureMember(name, member);
    if (verdict === null) continue;
    const type = builtInType(view, name, receiver);
    if (
      type !== null &&
      view.checker.isTypeAssignableTo(
        type,
        view.checker.getApparentType(view.checker.getTypeAtLocation(receiver)),
      )
    ) {
      return { name: `${name}.${member}`, verdict };
    }
  }
  return null;
}

/** `date[key]`, where the key is none or one of several. */
function throughKey(
  view: ProgramView,
  node: TS.ElementAccessExpression,
): { readonly name: string; readonly verdict: Verdict } | null {
  const name = (
    view.checker.getApparentType(view.checker.getTypeAtLocation(node.expression)).symbol as
      TS.Symbol | undefined
  )?.name;
  const owner = PARTLY_PURE.find((each) => each === name);
  const keyType = view.checker.getTypeAtLocation(node.argumentExpression);
  if (owner === undefined || (keyType.flags & ts.TypeFlags.NumberLike) !== 0) return null;
  const keys = keyType.isUnion() ? keyType.types : [keyType];
  const isListed = keys.every((key) => key.isStringLiteral());
  for (const [full, verdict] of knownApis) {
    if (!full.startsWith(`${owner}.`) || verdict.kind === "pure") continue;
    const member = full.slice(owner.length + 1);
    if (!isListed || keys.some((key) => key.isStringLiteral() && key.value === member))
      return { name: full, verdict };
  }
  return null;
}

function impureMember(container: string, member: string): Verdict | null {
  // Every object has toString; to refuse it on whatever could be a Date would refuse it on everything.
  if (member === "toString") return null;
  const verdict = knownApis.get(`${container}.${member}`);
  return verdict === undefined || verdict.kind === "pure" ? null : verdict;
}

function builtInType(view: ProgramView, name: string, at: TS.Node): TS.Type | null {
  const symbol = view.checker.resolveName(name, at, ts.SymbolFlags.Interface, false);
  return symbol === undefined || !view.isGlobal(symbol, name)
    ? null
    : view.checker.getDeclaredTypeOfSymbol(symbol);
}
