/*
 * What the type of a container says of what it holds.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";

/** The types of what stands at `path` from a value of `type`, as far as these are told; `*` is any element. */
export function heldTypes(view: ProgramView, type: TS.Type, path: readonly string[]): readonly TS.Type[] {
  const [step, ...rest] = path;
  if (step === undefined) return [type];
  const parts = type.isUnion() ? type.types : [type];
  // What is gone through of `Line | readonly Line[]` is the list: a line has no elements.
  const lists = step === "*" ? parts.filter((part) => isList(view, part)) : [];
  return (lists.length > 0 ? lists : parts)
    .flatMap((part) => typesAt(view, part, step))
    .flatMap((held) => heldTypes(view, held, rest));
}

function isList({ checker }: ProgramView, type: TS.Type): boolean {
  return checker.isArrayType(type) || checker.isTupleType(type);
}

function typesAt(view: ProgramView, type: TS.Type, step: string): readonly TS.Type[] {
  const { checker } = view;
  if ((type.flags & ts.TypeFlags.Object) === 0) return [];
  const args = (): readonly TS.Type[] => checker.getTypeArguments(type as TS.TypeReference);
  if (checker.isTupleType(type)) return args().filter((_, i) => step === "*" || step === String(i));
  if (checker.isArrayType(type)) return args();
  const { symbol } = type;
  if (["Map", "ReadonlyMap", "WeakMap"].some((name) => view.isGlobal(symbol, name)))
    return args().slice(1, 2);
  if (["Set", "ReadonlySet"].some((name) => view.isGlobal(symbol, name))) return args().slice(0, 1);
  const named = step === "*" ? undefined : checker.getPropertyOfType(type, step);
  if (named !== undefined) return [checker.getTypeOfSymbol(named)];
  const indexed = checker.getIndexInfosOfType(type).map((index) => index.type);
  return step === "*" ? [...indexed, ...ownProperties(view, type)] : indexed;
}

/** Those of objects of the project: what the platform's hold has methods of its own. */
function ownProperties(view: ProgramView, type: TS.Type): readonly TS.Type[] {
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "project") return [];
  return type.getProperties().map((property) => view.checker.getTypeOfSymbol(property));
}
