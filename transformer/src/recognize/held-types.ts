/*
 * What values of a type can hold, as far as classes of the project matter.
 */
import { isPrimitive } from "../compiler/by-form.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { ReceiverType } from "../ir/facts.js";
import { declaredParts } from "./receiver-types.js";

export interface Container {
  /** Types of what it holds: of a map, keys and values. */
  readonly elements: readonly TS.Type[];
  readonly isMutable: boolean;
}

/** A list, a tuple, a set, a map or a promise of the platform. */
export function containerOf(view: ProgramView, type: TS.Type): Container | null {
  if (view.checker.isTupleType(type)) {
    const { target } = type as TS.TypeReference & { readonly target: TS.TupleType };
    const elements = view.checker.getTypeArguments(type as TS.TypeReference).slice(0, target.fixedLength);
    return { elements, isMutable: !target.readonly };
  }
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return null;
  const { name } = type.symbol;
  if (!/^(Readonly)?(Array|Map|Set)$|^Weak(Map|Set)$|^(Promise|Iterable|Iterator|Generator)$/.test(name))
    return null;
  const elements = view.checker.getTypeArguments(type as TS.TypeReference).filter((each) => !isThis(each));
  return { elements, isMutable: /^(Weak)?(Array|Map|Set)$/.test(name) };
}

/** An array type has itself for a last type argument. */
function isThis(type: TS.Type): boolean {
  return (type as { readonly isThisType?: boolean }).isThisType === true;
}

/** The types of the objects that a value can be; null where nothing is known of it. */
export function partsOf(view: ProgramView, type: TS.Type): readonly ReceiverType[] | null {
  const parts = (type.isUnion() ? type.types : [type]).filter((part) => !isPrimitive(part));
  return declaredParts(view, parts);
}
