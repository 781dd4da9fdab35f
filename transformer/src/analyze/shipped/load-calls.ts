/*
 * Calls that are made while modules load: of which function, and what of the packages' code they make run.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { functionOf } from "./lexical.js";
import { specifierOf } from "./links.js";
import { isImport } from "./reach-exports.js";
import { argumentBehind, bare, calledLiteral, isFunctionLiteral, namedFunction } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import type { World } from "./world.js";

/** The function of the packages' code that a call always calls: written in place, by name, or imported. */
export function functionBehind(
  world: World,
  module: ShippedModule,
  call: TS.CallExpression,
): { readonly module: ShippedModule; readonly node: TS.FunctionLikeDeclaration } | null {
  const callee = bare(call.expression);
  const here =
    calledLiteral(call) ??
    namedFunction(module.lexical, callee) ??
    argumentBehind(module.lexical, callee, module.loadCalls);
  if (here !== null) return { module, node: here };
  if (!ts.isIdentifier(callee)) return null;
  const declaration = module.lexical.resolve(callee)?.declarations[0];
  if (declaration === undefined || !isImport(declaration) || ts.isNamespaceImport(declaration)) return null;
  const opened = world.library.open(specifierOf(declaration), module.path, "import");
  if (opened.kind !== "module" || opened.module.format !== "esm") return null;
  const name = ts.isImportClause(declaration)
    ? "default"
    : (declaration.propertyName ?? declaration.name).text;
  const exported = world.library.exported(opened.module, name);
  if (exported?.kind !== "here") return null;
  const found = exported.module.exports.get(exported.name);
  if (found?.kind === "value")
    return ts.isFunctionDeclaration(found.node) || isFunctionLiteral(found.node)
      ? { module: exported.module, node: found.node }
      : null;
  const named = found?.kind === "local" ? namedFunction(exported.module.lexical, found.name) : null;
  return named === null ? null : { module: exported.module, node: named };
}

export function markLoadRun(
  world: World,
  module: ShippedModule,
  fn: TS.FunctionLikeDeclaration,
  caller: ShippedModule,
  call: TS.CallExpression,
): void {
  world.moduleOf.set(module.file, module);
  world.loadRun.add(fn);
  if (module.loadCalls.get(fn)?.includes(call) === true) return;
  const calls = world.loadCalls.get(fn) ?? [];
  if (!calls.some((known) => known.call === call))
    world.loadCalls.set(fn, [...calls, { module: caller, call }]);
}

/** Does the code around `node` run while modules load, as far as this world knows? */
export function isAtLoad(world: World, module: ShippedModule, node: TS.Node): boolean {
  const start = ts.isFunctionLike(node) ? node.parent : node;
  for (let fn = functionOf(start); fn !== null; fn = functionOf(fn.parent)) {
    if (!module.loadRun.has(fn) && !world.loadRun.has(fn)) return false;
  }
  return true;
}
