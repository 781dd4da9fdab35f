/*
 * Members of built-in objects that are reached without their names being in sight: through a structural type, to which a Date
 * fits as well, and through a key that is computed.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey } from "../compiler/symbols.js";
import { knownApis } from "./known-apis.js";
import type { Verdict } from "./known-apis.js";

/** Built-in types some of whose instance members are impure. */
const PARTLY_PURE = ["Date", "String", "Number", "BigInt", "Error"] as const;

/** The impure member that `node` may mean, with the type that has it. */
export function hiddenMember(
  view: ProgramView,
  node: TS.Node,
): { readonly name: string; readonly verdict: Verdict } | null {
  if (ts.isPropertyAccessExpression(node))
    return throughStructure(view, node.expression, node.name.text, view.symbolOf(node));
  if (!ts.isElementAccessExpression(node)) return null;
  const key = literalKey(view.checker, node.argumentExpression);
  if (key !== null) return throughStructure(view, node.expression, key, view.symbolOf(node));
  return throughKey(view, node);
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
