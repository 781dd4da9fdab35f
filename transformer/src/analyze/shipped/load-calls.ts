/*
 * Calls that are made while modules load: of which function, and what of the packages' code they make run.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { functionOf } from "./lexical.js";
import type { Exported } from "./library.js";
import { specifierOf } from "./links.js";
import { homeOf, namespaceBehind } from "./namespaces.js";
import { isImport } from "./reach-exports.js";
import {
  argumentBehind,
  bare,
  calledLiteral,
  isFunctionLiteral,
  isReassigned,
  namedFunction,
  returnsOf,
} from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import type { LoadWatcher, World } from "./world.js";

export interface FunctionBehind {
  readonly module: ShippedModule;
  readonly node: TS.FunctionLikeDeclaration;
}

/** The function of the packages' code that a call always calls: written in place, by name, or imported. */
export function functionBehind(
  world: World,
  module: ShippedModule,
  call: TS.CallExpression,
  depth = 0,
): FunctionBehind | null {
  const callee = bare(call.expression);
  const here =
    calledLiteral(call) ??
    namedFunction(module.lexical, callee) ??
    argumentBehind(module.lexical, callee, module.loadCalls);
  if (here !== null) return { module, node: here };
  const made = madeByFactory(world, module, callee, depth);
  if (made !== null) return made;
  const exported = exportBehind(world, module, callee);
  if (exported?.kind !== "here") return null;
  const found = exported.module.exports.get(exported.name);
  const value = found?.kind === "local" ? found.name : found?.kind === "value" ? found.node : null;
  if (value === null) return null;
  if (ts.isFunctionDeclaration(value) || isFunctionLiteral(value))
    return { module: exported.module, node: value };
  const named = ts.isExpression(value) ? namedFunction(exported.module.lexical, value) : null;
  return named === null ? null : { module: exported.module, node: named };
}

/** `const run = makeRunner(f); run(x)`: the one function that the factory returns. */
function madeByFactory(
  world: World,
  module: ShippedModule,
  callee: TS.Expression,
  depth: number,
): FunctionBehind | null {
  if (depth > 3) return null;
  const home = homeOf(world, module, callee);
  const [declaration, second] = home?.binding.declarations ?? [];
  if (home === null || declaration === undefined || second !== undefined) return null;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const value = declaration.initializer === undefined ? null : bare(declaration.initializer);
  if (value === null || !ts.isCallExpression(value) || !isAtLoad(world, home.module, declaration))
    return null;
  if (isReassigned(home.module, home.binding)) return null;
  const factory = functionBehind(world, home.module, value, depth + 1);
  const [returned, another] = factory === null ? [] : returnsOf(factory.node);
  if (factory === null || returned === undefined || another !== undefined) return null;
  const fn = bare(returned);
  if (!isFunctionLiteral(fn)) return null;
  markLoadRun(world, factory.module, factory.node, home.module, value);
  return { module: factory.module, node: fn };
}

/** The export that `name`, or `namespace.name`, means. */
function exportBehind(world: World, module: ShippedModule, callee: TS.Expression): Exported | null {
  if (ts.isPropertyAccessExpression(callee)) {
    const namespace = namespaceBehind(world, module, callee.expression);
    return namespace === null ? null : world.library.exported(namespace, callee.name.text);
  }
  if (!ts.isIdentifier(callee)) return null;
  const declaration = module.lexical.resolve(callee)?.declarations[0];
  if (declaration === undefined || !isImport(declaration) || ts.isNamespaceImport(declaration)) return null;
  const opened = world.library.open(specifierOf(declaration), module.path, "import");
  if (opened.kind !== "module" || opened.module.format !== "esm") return null;
  return world.library.exported(
    opened.module,
    ts.isImportClause(declaration) ? "default" : (declaration.propertyName ?? declaration.name).text,
  );
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
  if (calls.some((known) => known.call === call)) return;
  world.loadCalls.set(fn, [...calls, { module: caller, call }]);
  for (const tell of world.loadWatchers.get(fn) ?? []) tell(world, caller, call);
}

/** Calls `tell` for each call that loading makes of a function, now and later. */
export function eachLoadCall(
  world: World,
  module: ShippedModule,
  fn: TS.SignatureDeclaration,
  tell: LoadWatcher,
): void {
  world.loadWatchers.set(fn, [...(world.loadWatchers.get(fn) ?? []), tell]);
  for (const call of module.loadCalls.get(fn) ?? []) tell(world, module, call);
  for (const { module: caller, call } of world.loadCalls.get(fn) ?? []) tell(world, caller, call);
}

export interface LoadParameter {
  readonly fn: TS.SignatureDeclaration;
  readonly index: number;
  /** Is something changed that hangs on it? */
  readonly isChanged: boolean;
}

/** The parameter that an expression is, of a function that only loading calls; its arguments are all known then. */
export function loadParameter(
  world: World,
  module: ShippedModule,
  node: TS.Expression,
): LoadParameter | null {
  const at = bare(node);
  const binding = ts.isIdentifier(at) ? module.lexical.resolve(at) : null;
  const [declaration, second] = binding?.declarations ?? [];
  if (binding === null || declaration === undefined || second !== undefined) return null;
  if (!ts.isParameter(declaration) || !ts.isIdentifier(declaration.name)) return null;
  if (declaration.dotDotDotToken !== undefined || declaration.initializer !== undefined) return null;
  const fn = declaration.parent;
  const isOnlyLoaded = (module.loadRun.has(fn) || world.loadRun.has(fn)) && !world.reached.has(fn);
  if (!isOnlyLoaded || isReassigned(module, binding)) return null;
  const isChanged = module.changesOf(binding).length > 0;
  return { fn, index: fn.parameters.indexOf(declaration), isChanged };
}

/** Does the code around `node` run while modules load, as far as this world knows? */
export function isAtLoad(world: World, module: ShippedModule, node: TS.Node): boolean {
  const start = ts.isFunctionLike(node) ? node.parent : node;
  for (let fn = functionOf(start); fn !== null; fn = functionOf(fn.parent)) {
    if (!module.loadRun.has(fn) && !world.loadRun.has(fn)) return false;
  }
  return true;
}
