/*
 * Where reached functions name a variable that outlives their calls: in its own module, and behind imports and namespaces.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { isValueReference } from "../../compiler/walk-values.js";
import { isDead } from "./constant-tests.js";
import type { Binding } from "./lexical.js";
import { functionOf } from "./lexical.js";
import { homeOf } from "./namespaces.js";
import { assignedBy, bare, ownNodes } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import type { World } from "./world.js";

export interface Use {
  /** The identifier, or `namespace.name`. */
  readonly node: TS.Expression;
  readonly fn: TS.FunctionLikeDeclaration;
  readonly module: ShippedModule;
}

/** Worlds share most of their functions, and what a function names is always the same. */
const named = new WeakMap<TS.Node, readonly { readonly node: TS.Expression; readonly binding: Binding }[]>();
const indexes = new WeakMap<World, { readonly size: number; readonly uses: Map<Binding, Use[]> }>();

export function usesOf(world: World, binding: Binding): readonly Use[] {
  let index = indexes.get(world);
  if (index?.size !== world.reached.size) {
    const uses = new Map<Binding, Use[]>();
    for (const reached of world.reached.keys()) {
      const module = world.moduleOf.get(reached.getSourceFile());
      if (module === undefined) continue;
      const fn = reached as TS.FunctionLikeDeclaration;
      for (const { node, binding: of } of namedOutside(world, module, fn)) {
        if (isDead(node)) continue;
        const known = uses.get(of);
        if (known === undefined) uses.set(of, [{ node, fn, module }]);
        else known.push({ node, fn, module });
      }
    }
    indexes.set(world, (index = { size: world.reached.size, uses }));
  }
  return index.uses.get(binding) ?? [];
}

function namedOutside(
  world: World,
  module: ShippedModule,
  fn: TS.FunctionLikeDeclaration,
): readonly { readonly node: TS.Expression; readonly binding: Binding }[] {
  let known = named.get(fn);
  if (known === undefined) {
    const found: { node: TS.Expression; binding: Binding }[] = [];
    ownNodes(fn, (node) => {
      if (!ts.isIdentifier(node) || !isValueReference(node)) return;
      const binding = module.lexical.resolve(node);
      if (binding === null || functionOf(binding.scope) === fn) return;
      // Of `core.util.config` the longest name that means a variable.
      for (let at: TS.Expression = node; ; at = at.parent) {
        const home = homeOf(world, module, at);
        if (home !== null) {
          found.push({ node: at, binding: home.binding });
          return;
        }
        if (!ts.isPropertyAccessExpression(at.parent) || at.parent.expression !== at) break;
      }
      found.push({ node, binding });
    });
    named.set(fn, (known = found));
  }
  return known;
}

/** `x = …`, and no other assignment: is the variable given a value here, and not read? */
export function isWrite(node: TS.Expression): boolean {
  const { parent } = node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    bare(parent.left) === node
  );
}

/** Is it written to in any way: `x = …`, `x += …`, `x++`? */
export function isAssigned(node: TS.Expression): boolean {
  for (let at: TS.Node = node; at.parent !== undefined && !ts.isStatement(at.parent); at = at.parent) {
    if (assignedBy(at.parent).includes(node)) return true;
    if (!ts.isParenthesizedExpression(at.parent)) return false;
  }
  return false;
}
