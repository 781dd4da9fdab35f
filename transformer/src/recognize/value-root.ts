/*
 * Where a value comes from: what stands at the end of the way back.
 */
import type { TS } from "../compiler/ts.js";

/** Names of properties, from the value on; `*` is any element of a container. */
export type Path = readonly string[];

export type ValueRoot =
  | { readonly kind: "module"; readonly declaration: TS.Node }
  | { readonly kind: "parameter"; readonly declaration: TS.ParameterDeclaration; readonly path: Path }
  | { readonly kind: "this"; readonly owner: TS.Node; readonly path: Path }
  /** An object that is built in, or a prototype of nobody knows what. */
  | { readonly kind: "built in"; readonly node: TS.Expression };

/** Each root once. */
export function distinct(roots: readonly ValueRoot[]): readonly ValueRoot[] {
  if (roots.length < 2) return roots;
  const known = new Map<TS.Node, Set<string>>();
  return roots.filter((root) => {
    const node = root.kind === "this" ? root.owner : root.kind === "built in" ? root.node : root.declaration;
    let paths = known.get(node);
    if (paths === undefined) known.set(node, (paths = new Set<string>()));
    return paths.size < paths.add("path" in root ? root.path.join(".") : "").size;
  });
}
