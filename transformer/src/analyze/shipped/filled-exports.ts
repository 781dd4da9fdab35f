/*
 * Does the code that loads a CommonJS module fill its exports in a way that was seen? If not, what they are is unknown: `module`
 * can be handed on as another object, and `this` is the exports, too.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { Binding } from "./lexical.js";
import { functionBehind, isAtLoad } from "./load-calls.js";
import { headsOf } from "./loaded.js";
import { assignedBy, bare } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import type { World } from "./world.js";

/** Functions that are known by their names to fill their first argument. */
const FILLING = /^(assign|define\w*|__def\w*|_*export\w*|__reExport|__copyProps)$/;

/** Asked when everything that loading calls is known. */
export function hasFilledExports(world: World, module: ShippedModule): boolean {
  // A file that names none of them exports nothing, which is as good as pure.
  if (!/\b(exports|module|this)\b/.test(module.file.text)) return true;
  return ["exports", "module"].some((name) => {
    const binding = module.lexical.top.get(name);
    return binding !== undefined && isFilled(world, module, binding, new Set());
  });
}

function isFilled(world: World, module: ShippedModule, binding: Binding, asked: Set<Binding>): boolean {
  if (asked.has(binding)) return false;
  asked.add(binding);
  return module.changesOf(binding).some((change) => {
    if (!isAtLoad(world, module, change)) return false;
    if (assignedBy(change).length > 0) return true;
    if (ts.isVariableDeclaration(change)) {
      const alias = ts.isIdentifier(change.name) ? module.lexical.resolve(change.name) : null;
      return alias !== null && isFilled(world, module, alias, asked);
    }
    return ts.isCallExpression(change) && isFilledBy(world, module, binding, change, asked);
  });
}

function isFilledBy(
  world: World,
  module: ShippedModule,
  binding: Binding,
  call: TS.CallExpression,
  asked: Set<Binding>,
): boolean {
  const callee = bare(call.expression);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  if (ts.isIdentifier(name) && FILLING.test(name.text)) return true;
  const fn = functionBehind(world, module, call);
  return call.arguments.some((argument, i) => {
    const parameter = fn?.node.parameters[i]?.name;
    if (fn === null || parameter === undefined || !ts.isIdentifier(parameter)) return false;
    const isMeant = headsOf(argument).some((head) => module.lexical.resolve(head) === binding);
    const inner = isMeant ? fn.module.lexical.resolve(parameter) : null;
    return inner !== null && isFilled(world, fn.module, inner, asked);
  });
}
