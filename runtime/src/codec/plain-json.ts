/*
 * The fast path's question: is this value exactly what JSON says, so that JSON's own writer and reader give it back?
 */

import { types } from "node:util";

/** Nesting beyond this is refused: JSON and devalue recurse, and a stack overflow could come at any depth above. */
export const DEEPEST = 1_000;

/**
 * Whether JSON round-trips `value` exactly: no -0, no second reference to the same object, no hidden, symbolic or computed
 * property, no hole, no `__proto__`, no `toJSON`. `false` is no verdict: it only sends the value down the slow path.
 */
export function isPlainJson(value: unknown): boolean {
  return typeof value === "object" && value !== null ? isPlainTree(value, new Set(), 0) : isPlainLeaf(value);
}

function isPlainLeaf(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    default:
      return value === null;
  }
}

function isPlainTree(tree: object, seen: Set<object>, depth: number): boolean {
  // A proxy may answer the next question differently.
  if (depth >= DEEPEST || seen.has(tree) || types.isProxy(tree)) return false;
  seen.add(tree);
  const isArray = Array.isArray(tree);
  const prototype: unknown = Object.getPrototypeOf(tree);
  if (prototype !== (isArray ? Array.prototype : Object.prototype)) return false;
  const keys = Reflect.ownKeys(tree);
  // A dense array without extras owns its indices and `length`, which stands after them.
  const count = isArray ? tree.length : keys.length;
  if (isArray && keys.length !== count + 1) return false;
  for (let i = 0; i < count; i++) {
    const key = keys[i];
    if (typeof key !== "string" || key === "__proto__" || key === "toJSON") return false;
    const property = Object.getOwnPropertyDescriptor(tree, key);
    if (property === undefined || property.enumerable !== true || !("value" in property)) return false;
    const member: unknown = property.value;
    if (
      typeof member === "object" && member !== null
        ? !isPlainTree(member, seen, depth + 1)
        : !isPlainLeaf(member)
    )
      return false;
  }
  return true;
}
