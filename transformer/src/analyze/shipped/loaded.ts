/*
 * Purpose: what the values are made of that a package makes while it loads: exports, constants, wrapped functions.
 * Invariant: of code that loads a module, what the wanted value is made of counts, and nothing else: what else it does happens
 * once in each process, before any workflow.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { Binding } from "./lexical.js";
import { functionOf } from "./lexical.js";
import { liveParts } from "./constant-tests.js";
import { textsOf } from "./known-keys.js";
import { isInterop, linksOf, platformPath, requiredBy } from "./links.js";
import { eachLoadCall, functionBehind, isAtLoad, markLoadRun } from "./load-calls.js";
import type { FunctionBehind } from "./load-calls.js";
import { accessedName, staticName } from "./member-names.js";
import { wrappedModule } from "./module-wrappers.js";
import { isImport, reachImported, reachModule } from "./reach-exports.js";
import { bare, headOf, isFunctionLiteral, ownNodes, returnsOf } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import { reachClass, reachFunction, refer, storeMethod, visit } from "./walk.js";
import { nameOfCode, stepTo } from "./world.js";
import type { Step, World } from "./world.js";

/** A binding that reached code names at `node`. */
export function loadedBinding(
  world: World,
  module: ShippedModule,
  binding: Binding,
  node: TS.Node,
  step: Step,
  whole: boolean,
): void {
  if (whole) openLiteral(world, binding, step);
  if (world.used.has(binding)) return;
  world.used.add(binding);
  world.moduleOf.set(module.file, module);
  const into = stepTo(step, binding.name, module, node);
  for (const declaration of binding.declarations) reachDeclaration(world, module, declaration, into, node);
  const changes = module.changesOf(binding);
  const atLoad = changes.filter((change) => isAtLoad(world, module, change));
  for (const change of atLoad) reachChange(world, module, binding, change, into);
  if (atLoad.length > 0 || !isDeclaredOnly(binding)) return;
  // It gets its value in a function that loading calls in a way that was not seen, or in none.
  world.lastly(() => {
    for (const change of changes) {
      const fn = functionOf(change);
      if (ts.isBinaryExpression(change) && fn !== null && !world.reached.has(fn))
        reachChange(world, module, binding, change, into);
    }
  });
}

/** `let impl;` */
function isDeclaredOnly({ declarations, scope }: Binding): boolean {
  const [declaration] = declarations;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
  const isLoop = !ts.isVariableStatement(declaration.parent.parent);
  return declaration.initializer === undefined && !isLoop && ts.isSourceFile(scope);
}

/** A table that is handed on whole may be asked for any of its members. */
function openLiteral(world: World, binding: Binding, step: Step): void {
  const [declaration] = binding.declarations;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return;
  const value = declaration.initializer === undefined ? undefined : bare(declaration.initializer);
  if (value !== undefined && ts.isObjectLiteralExpression(value)) {
    world.open(value, step);
    world.open(binding, step);
  }
}

function reachDeclaration(
  world: World,
  module: ShippedModule,
  declaration: TS.Node,
  step: Step,
  node: TS.Node,
): void {
  if (ts.isFunctionDeclaration(declaration) || ts.isFunctionExpression(declaration)) {
    reachFunction(world, module, declaration, step);
  } else if (ts.isClassLike(declaration)) reachClass(world, module, declaration, step);
  else if (isImport(declaration)) reachImported(world, module, declaration, node, step);
  else if (ts.isVariableDeclaration(declaration)) {
    const value = declaration.initializer === undefined ? null : bare(declaration.initializer);
    if (
      value !== null &&
      (isFunctionLiteral(value) || ts.isClassExpression(value) || isAtLoad(world, module, declaration))
    )
      loadedValue(world, module, value, step);
    const loop = declaration.parent.parent;
    if ((ts.isForOfStatement(loop) || ts.isForInStatement(loop)) && isAtLoad(world, module, declaration))
      loadedValue(world, module, loop.expression, step);
  } else if (ts.isBindingElement(declaration)) {
    if (!isAtLoad(world, module, declaration)) return;
    if (declaration.initializer !== undefined) loadedValue(world, module, declaration.initializer, step);
    const key = declaration.propertyName ?? declaration.name;
    const name = ts.isPropertyName(key) ? staticName(key) : null;
    if (name !== null) world.use(name, step);
    const owner = ts.findAncestor(declaration, (at) => ts.isVariableDeclaration(at) || ts.isParameter(at));
    if (owner !== undefined) reachDeclaration(world, module, owner, step, node);
  } else if (ts.isParameter(declaration)) reachParameter(world, module, declaration, step);
}

/** A parameter is what its function is called with while modules load; what later calls hand over is walked with them. */
function reachParameter(
  world: World,
  module: ShippedModule,
  parameter: TS.ParameterDeclaration,
  step: Step,
): void {
  const index = parameter.parent.parameters.indexOf(parameter);
  eachLoadCall(world, module, parameter.parent, (into, caller, call) => {
    const given =
      parameter.dotDotDotToken === undefined
        ? call.arguments.slice(index, index + 1)
        : call.arguments.slice(index);
    for (const argument of given) loadedValue(into, caller, argument, step);
  });
}

/** A change of a binding that happens while its module loads. */
function reachChange(
  world: World,
  module: ShippedModule,
  binding: Binding,
  change: TS.Node,
  step: Step,
): void {
  for (let at = change; at.parent !== undefined && !ts.isFunctionLike(at); at = at.parent) {
    if (ts.isIfStatement(at.parent) && at.parent.expression !== at)
      visit(world, module, at.parent.expression, step);
  }
  if (ts.isVariableDeclaration(change)) {
    const alias = ts.isIdentifier(change.name) ? module.lexical.resolve(change.name) : null;
    if (alias !== null && alias !== binding) loadedBinding(world, module, alias, change, step, false);
  } else if (ts.isBinaryExpression(change)) {
    const target = bare(change.left);
    const { right } = change;
    for (const name of namesAssigned(module, target)) {
      const isWhole = name === null || name === "prototype" || name === "__proto__";
      if (isWhole || (name === "exports" && binding.name === "module"))
        loadedValue(world, module, right, step);
      else
        world.store(name, { owner: binding, run: (into, by) => loadedValue(into, module, right, by) }, step);
    }
  } else if (ts.isCallExpression(change)) reachEffect(world, module, binding, change, step);
}

/** The members that an assignment stores under; null for the thing itself, or for a name that can't be told. */
function namesAssigned(module: ShippedModule, target: TS.Expression): readonly (string | null)[] {
  if (ts.isElementAccessExpression(target)) return textsOf(module, target.argumentExpression) ?? [null];
  return [ts.isPropertyAccessExpression(target) ? accessedName(target) : null];
}

/** A call that is made for what it does to the binding. */
function reachEffect(
  world: World,
  module: ShippedModule,
  binding: Binding,
  call: TS.CallExpression,
  step: Step,
): void {
  const callee = bare(call.expression);
  const name = ts.isPropertyAccessExpression(callee)
    ? callee.name.text
    : ts.isIdentifier(callee)
      ? callee.text
      : "";
  const [, second, third] = call.arguments;
  if (
    /^_*(defineProperty|defProp)\w*$/.test(name) &&
    second !== undefined &&
    ts.isStringLiteralLike(second)
  ) {
    if (third !== undefined)
      world.store(
        second.text,
        { owner: binding, run: (into, by) => loadedValue(into, module, third, by) },
        step,
      );
    return;
  }
  if (/^__(exportStar|reExport)$/.test(name)) {
    for (const argument of call.arguments) {
      const head = headOf(argument);
      if (!(ts.isIdentifier(head) && module.lexical.resolve(head) === binding))
        loadedValue(world, module, argument, step);
    }
    return;
  }
  const fn = functionBehind(world, module, call);
  if (fn !== null) {
    markLoadRun(world, fn.module, fn.node, module, call);
    call.arguments.forEach((argument, i) => {
      const parameter = fn.node.parameters[i];
      const isMeant = headsOf(argument).some((head) => module.lexical.resolve(head) === binding);
      if (isMeant && parameter !== undefined && ts.isIdentifier(parameter.name)) {
        const inner = fn.module.lexical.resolve(parameter.name);
        if (inner !== null && inner !== binding) loadedBinding(world, fn.module, inner, call, step, false);
      } else if (!isMeant) loadedValue(world, module, argument, step);
    });
    return;
  }
  for (const argument of call.arguments) {
    const head = headOf(argument);
    if (!(ts.isIdentifier(head) && module.lexical.resolve(head) === binding))
      loadedValue(world, module, argument, step);
  }
  // `Decimal.config(defaults)`: the method runs now, and not later; what it is given was looked at.
  if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee))
    visit(world, module, callee, step);
}

/** The names at the heads of what may be handed over: `typeof module === "undefined" || module`. */
export function headsOf(node: TS.Expression): readonly TS.Identifier[] {
  const at = bare(node);
  if (ts.isBinaryExpression(at)) return [...headsOf(at.left), ...headsOf(at.right)];
  const head = headOf(at);
  return ts.isIdentifier(head) ? [head] : [];
}

/** What the value of an expression is made of that loading evaluates. */
export function loadedValue(world: World, module: ShippedModule, node: TS.Node, step: Step): void {
  if (ts.isFunctionDeclaration(node)) return reachFunction(world, module, node, step);
  if (ts.isClassLike(node)) return reachClass(world, module, node, step);
  if (!ts.isExpression(node)) return visit(world, module, node, step);
  const at = bare(node);
  if (isFunctionLiteral(at)) return reachFunction(world, module, at, named(step, at, module));
  if (ts.isClassExpression(at)) return reachClass(world, module, at, step);
  if (ts.isIdentifier(at)) return refer(world, module, at, step, false);
  if (ts.isObjectLiteralExpression(at)) return loadedLiteral(world, module, at, step);
  if (ts.isArrayLiteralExpression(at)) {
    for (const element of at.elements) loadedValue(world, module, element, step);
    return;
  }
  if (ts.isSpreadElement(at)) return loadedValue(world, module, at.expression, step);
  if (ts.isConditionalExpression(at)) {
    const [condition, ...values] = liveParts(module, at) ?? [];
    if (condition !== undefined) visit(world, module, condition, step);
    for (const value of values) loadedValue(world, module, value, step);
    return;
  }
  if (ts.isBinaryExpression(at)) {
    const kind = at.operatorToken.kind;
    if (kind === ts.SyntaxKind.EqualsToken || kind === ts.SyntaxKind.CommaToken)
      return loadedValue(world, module, at.right, step);
    if (
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken ||
      kind === ts.SyntaxKind.AmpersandAmpersandToken
    ) {
      for (const part of liveParts(module, at) ?? [at.left, at.right]) loadedValue(world, module, part, step);
      return;
    }
  }
  if (ts.isCallExpression(at)) return loadedCall(world, module, at, step);
  if (ts.isNewExpression(at)) {
    for (const argument of at.arguments ?? []) loadedValue(world, module, argument, step);
    return visit(world, module, at.expression, step);
  }
  visit(world, module, at, step);
}

function named(step: Step, fn: TS.Node, module: ShippedModule): Step {
  const name = nameOfCode(fn);
  return name === null || step.name !== "" ? step : stepTo(step, name, module, fn);
}

/** Each member waits for its name; Babel's `{ key: "name", value: function … }` for the name that it holds. */
function loadedLiteral(
  world: World,
  module: ShippedModule,
  node: TS.ObjectLiteralExpression,
  step: Step,
): void {
  const key = node.properties.find(
    (property): property is TS.PropertyAssignment =>
      ts.isPropertyAssignment(property) &&
      property.name.getText() === "key" &&
      ts.isStringLiteralLike(property.initializer),
  );
  const keyName = key === undefined ? null : (key.initializer as TS.StringLiteral).text;
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) loadedValue(world, module, property.expression, step);
    else if (ts.isShorthandPropertyAssignment(property)) {
      const { name } = property;
      world.store(name.text, { owner: node, run: (into, by) => refer(into, module, name, by, false) }, step);
    } else if (ts.isPropertyAssignment(property)) {
      const name = staticName(property.name);
      const value = property.initializer;
      if (name === null) {
        loadedValue(world, module, value, step);
        continue;
      }
      const under = keyName !== null && /^(value|get|set)$/.test(name) ? keyName : name;
      world.store(under, { owner: node, run: (into, by) => loadedValue(into, module, value, by) }, step);
    } else storeMethod(world, module, property, node, step);
  }
}

function loadedCall(world: World, module: ShippedModule, call: TS.CallExpression, step: Step): void {
  const specifier = requiredBy(module, call);
  if (specifier !== null) return reachModule(world, module, specifier, "require", call, step);
  const wrapped = wrappedModule(world, module, call);
  if (wrapped !== null) return reachWrapped(world, wrapped, call, step);
  if (isInterop(call)) {
    for (const argument of call.arguments) loadedValue(world, module, argument, step);
    return;
  }
  const fn = functionBehind(world, module, call);
  if (fn !== null) {
    markLoadRun(world, fn.module, fn.node, module, call);
    if (namesArguments(fn.node)) for (const given of call.arguments) loadedValue(world, module, given, step);
    for (const value of returnsOf(fn.node)) loadedValue(world, fn.module, value, step);
    return;
  }
  const callee = bare(call.expression);
  const path = platformPath(module, callee, linksOf(world, module));
  for (const argument of call.arguments) loadedValue(world, module, argument, step);
  if (path?.[0] === "Object" || path?.[0] === "Array") return;
  visit(world, module, callee, step);
}

/** What a bundled CommonJS module exports: the changes of its `exports` and `module`. */
export function reachWrapped(
  world: World,
  { module, node }: FunctionBehind,
  from: TS.Node,
  step: Step,
): void {
  world.moduleOf.set(module.file, module);
  world.loadRun.add(node);
  world.use("exports", step);
  for (const parameter of node.parameters) {
    const binding = ts.isIdentifier(parameter.name) ? module.lexical.resolve(parameter.name) : null;
    if (binding !== null) loadedBinding(world, module, binding, from, step, false);
  }
}

/** Does a function take what it is given by `arguments`, too? */
function namesArguments(fn: TS.FunctionLikeDeclaration): boolean {
  let isNamed = false;
  ownNodes(fn, (node) => (isNamed ||= ts.isIdentifier(node) && node.text === "arguments"));
  return isNamed;
}
