/*
 * What fills a constant after its declaration, while modules load: `handlers.set("card", charge)` at the top level is part
 * of what `handlers` is, so it counts as part of its unit. Recognition has found where that happens.
 */
import type { Memory } from "../compiler/memory.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Mutations } from "../ir/facts.js";
import type { LoadOrder } from "./load-order.js";
import { unitRoot } from "./unit.js";

/** The top-level code that changes what hangs on a unit, that of its own module first, then as modules load. */
export type ModuleInitialisers = (root: TS.Node) => readonly TS.Node[];

export function moduleInitialisers(
  memory: Memory,
  mutations: Mutations,
  loadOrder: LoadOrder,
): ModuleInitialisers {
  return memory.keep("what fills units", (root: TS.Node) => {
    const places = variablesOf(root).flatMap((variable) => mutations.atLoad(variable));
    const elsewhere = new Set(places.map(unitRoot));
    elsewhere.delete(root);
    return sorted(root, [...elsewhere], loadOrder);
  });
}

/** A block or a namespace at the top level has variables of its own, which others may change. */
function variablesOf(root: TS.Node): readonly TS.Node[] {
  const found: TS.Node[] = [root];
  const visit = (node: TS.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isVariableDeclaration(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  if (!ts.isVariableDeclaration(root) && !ts.isFunctionLike(root) && !ts.isClassLike(root))
    ts.forEachChild(root, visit);
  return found;
}

function sorted(root: TS.Node, parts: readonly TS.Node[], loadOrder: LoadOrder): readonly TS.Node[] {
  if (parts.length < 2) return parts;
  const home = root.getSourceFile();
  const rank = (node: TS.Node): number => {
    const file = node.getSourceFile();
    return file === home ? -1 : loadOrder(file);
  };
  return parts.toSorted((a, b) => rank(a) - rank(b) || a.pos - b.pos);
}
