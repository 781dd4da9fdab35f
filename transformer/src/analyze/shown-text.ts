/*
 * Whether a value can be, or hold, an error: `util.inspect` and its like write the stack of each error that they meet.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";

/** Types of the platform whose text is made of what they hold, or of nothing that differs between machines. */
const SHOWN_BY_CONTENT: ReadonlySet<string> = new Set(
  `Array ReadonlyArray Map ReadonlyMap Set ReadonlySet Date RegExp URL URLSearchParams Buffer ArrayBuffer DataView
   Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array
   BigInt64Array BigUint64Array`.split(/\s+/),
);

const PRIMITIVE = [
  "StringLike",
  "NumberLike",
  "BigIntLike",
  "BooleanLike",
  "ESSymbolLike",
  "Undefined",
  "Null",
  "Void",
  "Never",
] as const;

/** No value of the expression's type is an error or has one among what it holds. */
export function showsNoError(view: ProgramView, argument: TS.Expression): boolean {
  const error = errorType(view, argument);
  const seen = new Set<TS.Type>();
  const isSafe = (type: TS.Type): boolean => {
    if (seen.has(type)) return true;
    seen.add(type);
    if (isPrimitive(type)) return true;
    if (type.isUnion()) return type.types.every(isSafe);
    if (type.isIntersection()) return type.types.some(isSafe);
    if ((type.flags & ts.TypeFlags.TypeParameter) !== 0) {
      const constraint = view.checker.getBaseConstraintOfType(type);
      return constraint !== undefined && isSafe(constraint);
    }
    if ((type.flags & ts.TypeFlags.Object) === 0) return false;
    const held = view.checker.getTypeArguments(type as TS.TypeReference);
    if (view.checker.isTupleType(type)) return held.every(isSafe);
    const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
    if (declaration === undefined) return false;
    const origin = view.originOf(declaration).kind;
    if (origin === "platform") return SHOWN_BY_CONTENT.has(type.symbol.name) && held.every(isSafe);
    if (origin !== "project" || (error !== null && view.checker.isTypeAssignableTo(error, type)))
      return false;
    return [
      ...type.getProperties().map((property) => view.checker.getTypeOfSymbolAtLocation(property, argument)),
      ...view.checker.getIndexInfosOfType(type).map((info) => info.type),
    ].every(isSafe);
  };
  return isSafe(
    view.checker.getTypeAtLocation(ts.isSpreadElement(argument) ? argument.expression : argument),
  );
}

function isPrimitive(type: TS.Type): boolean {
  return PRIMITIVE.some((kind) => (type.flags & ts.TypeFlags[kind]) !== 0);
}

function errorType(view: ProgramView, at: TS.Node): TS.Type | null {
  const symbol = view.checker.resolveName("Error", at, ts.SymbolFlags.Interface, false);
  return symbol === undefined ? null : view.checker.getDeclaredTypeOfSymbol(symbol);
}
