/*
 * Purpose: walks code that runs in workflow code, and gives what it names to the world.
 * Owns: which parts of a body run, and which are stored until their name is used.
 * Does not own: values that loading made (loaded.ts).
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { isValueReference } from "../../compiler/walk-values.js";
import { outerParent } from "../../compiler/symbols.js";
import { isArrayMethod } from "./array-values.js";
import { eachNamed, visitComputed } from "./computed-access.js";
import { liveParts, liveStatements } from "./constant-tests.js";
import { isAlias, linksOf, platformPath, requiredBy, specifierOf } from "./links.js";
import { textsOf } from "./known-keys.js";
import { eachLoadCall, loadParameter } from "./load-calls.js";
import { loadedBinding, loadedValue, reachWrapped } from "./loaded.js";
import { accessedName, staticName } from "./member-names.js";
import { wrappedModule } from "./module-wrappers.js";
import { namespaceBehind } from "./namespaces.js";
import { reachOwnGlobal } from "./own-globals.js";
import { deedOf, memberDeed } from "./platform.js";
import { reachExports, reachModule } from "./reach-exports.js";
import { assignedBy, bare, isFunctionLiteral } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import { nameOfCode, stepTo } from "./world.js";
import type { Step, World } from "./world.js";

/** A function that workflow code may call; its body is walked once. */
export function reachFunction(
  world: World,
  module: ShippedModule,
  fn: TS.FunctionLikeDeclaration,
  step: Step,
): void {
  if (world.reached.has(fn)) return;
  world.reached.set(fn, step);
  world.moduleOf.set(module.file, module);
  world.later(() => {
    for (const parameter of fn.parameters) visit(world, module, parameter, step);
    if (fn.body !== undefined) visit(world, module, fn.body, step);
  });
}

/** A class that workflow code can make instances of: its constructor and fields run, its members wait for their names. */
export function reachClass(
  world: World,
  module: ShippedModule,
  node: TS.ClassLikeDeclaration,
  step: Step,
): void {
  if (world.used.has(node)) return;
  world.used.add(node);
  world.moduleOf.set(module.file, module);
  for (const clause of node.heritageClauses ?? [])
    for (const type of clause.types) visit(world, module, type.expression, step);
  for (const member of node.members) {
    if (ts.isConstructorDeclaration(member)) reachFunction(world, module, member, step);
    else if (ts.isClassStaticBlockDeclaration(member)) visit(world, module, member.body, step);
    else if (ts.isPropertyDeclaration(member)) {
      const name = staticName(member.name);
      const value = member.initializer;
      if (value === undefined) continue;
      if (name !== null && (isStatic(member) || isStorable(value))) {
        world.store(name, { owner: node, run: (into, by) => loadedValue(into, module, value, by) }, step);
      } else visit(world, module, value, step);
    } else if (ts.isMethodDeclaration(member) || ts.isAccessor(member))
      storeMethod(world, module, member, node, step);
  }
}

function isStatic(node: TS.PropertyDeclaration): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
}

export function storeMethod(
  world: World,
  module: ShippedModule,
  member: TS.MethodDeclaration | TS.AccessorDeclaration,
  owner: TS.Node,
  step: Step,
): void {
  const name = staticName(member.name);
  if (name === null) {
    reachFunction(world, module, member, step);
    return;
  }
  const key = ts.isSetAccessor(member) ? `=${name}` : name;
  world.store(key, { owner, run: (into, by) => reachFunction(into, module, member, by) }, step);
}

/** Is evaluating it doing nothing, so that it counts only when somebody takes it by name? */
function isStorable(node: TS.Expression): boolean {
  const value = bare(node);
  return isFunctionLiteral(value) || ts.isIdentifier(value) || ts.isClassExpression(value);
}

export function visit(world: World, module: ShippedModule, node: TS.Node, step: Step): void {
  const go = (child: TS.Node | undefined): void => {
    if (child !== undefined) visit(world, module, child, step);
  };
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return;
  if (isFunctionLiteral(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node)) {
    reachFunction(world, module, node, stepInto(step, nameOfCode(node), module, node));
    return;
  }
  if (ts.isClassExpression(node)) return reachClass(world, module, node, step);
  if (ts.isVariableDeclaration(node)) {
    go(node.name);
    const value = node.initializer === undefined ? undefined : bare(node.initializer);
    if (
      value !== undefined &&
      (isFunctionLiteral(value) || ts.isClassExpression(value)) &&
      ts.isIdentifier(node.name)
    )
      return;
    return go(node.initializer);
  }
  if (ts.isBindingElement(node)) {
    const key = node.propertyName ?? node.name;
    if (ts.isObjectBindingPattern(node.parent) && node.dotDotDotToken === undefined) {
      const name = ts.isPropertyName(key) ? staticName(key) : null;
      if (name !== null) useMember(world, module, name, node, step);
      else if (ts.isComputedPropertyName(key)) go(key.expression);
    }
    go(node.initializer);
    if (!ts.isIdentifier(node.name)) go(node.name);
    return;
  }
  if (ts.isObjectLiteralExpression(node)) return visitLiteral(world, module, node, step);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return visitAssignment(world, module, node, step);
  }
  for (const target of assignedBy(node)) {
    if (ts.isPropertyAccessExpression(target))
      world.use(`=${target.name.text}`, stepTo(step, target.name.text, module, target));
  }
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return visitAccess(world, module, node, step);
  }
  if (ts.isIdentifier(node)) {
    if (isValueReference(node)) refer(world, module, node, step, true);
    return;
  }
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
    world.find(module, node, { kind: "impure", family: "environment", what: "import.meta" }, step);
    return;
  }
  if (ts.isCallExpression(node)) {
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      world.find(module, node, { kind: "unknown", what: "import()" }, step);
      return;
    }
    const specifier = requiredBy(module, node);
    if (specifier !== null) return reachModule(world, module, specifier, "require", node, step);
    const wrapped = wrappedModule(world, module, node);
    if (wrapped !== null) return reachWrapped(world, wrapped, node, step);
  }
  const live = ts.isBlock(node) ? liveStatements(module, node.statements) : liveParts(module, node);
  if (live !== null) return live.forEach(go);
  if (ts.isLabeledStatement(node)) return go(node.statement);
  if (ts.isBreakOrContinueStatement(node)) return;
  ts.forEachChild(node, go);
}

function stepInto(step: Step, name: string | null, module: ShippedModule, node: TS.Node): Step {
  return name === null || name === step.name ? step : stepTo(step, name, module, node);
}

function visitLiteral(
  world: World,
  module: ShippedModule,
  node: TS.ObjectLiteralExpression,
  step: Step,
): void {
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) visit(world, module, property.expression, step);
    else if (ts.isShorthandPropertyAssignment(property)) {
      const { name } = property;
      world.store(name.text, { owner: node, run: (into, by) => refer(into, module, name, by, true) }, step);
    } else if (ts.isPropertyAssignment(property)) {
      const name = staticName(property.name);
      const value = property.initializer;
      if (ts.isComputedPropertyName(property.name)) visit(world, module, property.name.expression, step);
      if (name !== null && isStorable(value)) {
        world.store(name, { owner: node, run: (into, by) => loadedValue(into, module, value, by) }, step);
      } else visit(world, module, value, step);
    } else storeMethod(world, module, property, node, step);
  }
}

/** `target.name = function …` stores; everything else of an assignment runs. */
function visitAssignment(world: World, module: ShippedModule, node: TS.BinaryExpression, step: Step): void {
  const target = bare(node.left);
  if (ts.isPropertyAccessExpression(target)) {
    const name = target.name.text;
    world.use(`=${name}`, stepTo(step, name, module, target));
    if (ts.isIdentifier(target.expression)) refer(world, module, target.expression, step, false);
    else visit(world, module, target.expression, step);
    if (isStorable(node.right) && name !== "prototype") {
      world.store(name, { owner: null, run: (into, by) => loadedValue(into, module, node.right, by) }, step);
      return;
    }
  } else if (ts.isElementAccessExpression(target)) {
    visit(world, module, target.expression, step);
    visit(world, module, target.argumentExpression, step);
  } else if (!ts.isIdentifier(target)) visit(world, module, target, step);
  visit(world, module, node.right, step);
}

function visitAccess(
  world: World,
  module: ShippedModule,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
  step: Step,
): void {
  const path = platformPath(module, node, linksOf(world, module));
  if (path !== null) return usePlatform(world, module, path, node, outermost(node), step);
  const name = accessedName(node);
  const object = bare(node.expression);
  if (name !== null) {
    if (reachNamespace(world, module, object, name, node, step)) return;
    if (!isArrayMethod(world, module, object, name)) useMember(world, module, name, node, step);
  } else if (ts.isElementAccessExpression(node)) {
    const texts = textsOf(module, node.argumentExpression);
    if (texts !== null) return visitTexts(world, module, node, texts, step);
    if (visitNamed(world, module, node, step)) return;
    visit(world, module, node.argumentExpression, step);
    visitComputed(world, module, node, step);
  }
  visitObject(world, module, object, step);
}

/** `object[name]`, where the name is one of a few. */
function visitTexts(
  world: World,
  module: ShippedModule,
  node: TS.ElementAccessExpression,
  texts: readonly string[],
  step: Step,
): void {
  const path = platformPath(module, node.expression, linksOf(world, module));
  for (const text of texts) {
    if (path !== null) usePlatform(world, module, [...path, text], node, outermost(node), step);
    else useMember(world, module, text, node, step);
  }
  if (path === null) visitObject(world, module, bare(node.expression), step);
}

function visitObject(world: World, module: ShippedModule, object: TS.Expression, step: Step): void {
  if (ts.isIdentifier(object)) refer(world, module, object, step, false);
  else visit(world, module, object, step);
}

/** A name of the platform, at `node`; `place` is what a message marks. */
function usePlatform(
  world: World,
  module: ShippedModule,
  path: readonly string[],
  node: TS.Node,
  place: TS.Node,
  step: Step,
): void {
  if (reachOwnGlobal(world, module, path, node, step)) return;
  const deed = deedOf(path, node);
  if (deed !== null && !isAlias(module, node, linksOf(world, module))) world.find(module, place, deed, step);
}

/** `object[key]`, where the calls of the function around it spell out both: `read(globalThis, "Map")`. */
function visitNamed(
  world: World,
  module: ShippedModule,
  node: TS.ElementAccessExpression,
  step: Step,
): boolean {
  const at = { module, object: node.expression, key: node.argumentExpression };
  const find = (into: World, from: ShippedModule, object: TS.Expression, name: string): void => {
    const path = platformPath(from, object, linksOf(into, from));
    if (path === null) {
      useMember(into, module, name, node, step);
      loadedValue(into, from, object, step);
      return;
    }
    usePlatform(into, from, [...path, name], object, object, step);
  };
  return eachNamed(world, node, at, find, (into) => {
    visit(into, module, node.expression, step);
    visitComputed(into, module, node, step);
  });
}

function useMember(world: World, module: ShippedModule, name: string, node: TS.Node, step: Step): void {
  world.use(name, stepTo(step, name, module, node));
  const deed = memberDeed(name, node);
  if (deed !== null && !isOwnMember(module, name, node)) world.find(module, node, deed, step);
}

/** `this.getDate()` in a class that declares `getDate`. */
function isOwnMember(module: ShippedModule, name: string, node: TS.Node): boolean {
  if (!ts.isPropertyAccessExpression(node) || node.expression.kind !== ts.SyntaxKind.ThisKeyword)
    return false;
  const owner = ts.findAncestor(node, ts.isClassLike);
  return (
    owner?.members.some((member) => member.name !== undefined && staticName(member.name) === name) ?? false
  );
}

/** What an identifier means: a name of the platform, or a binding of the module. `whole`: it is not only asked for a member. */
export function refer(
  world: World,
  module: ShippedModule,
  node: TS.Identifier,
  step: Step,
  whole: boolean,
): void {
  const path = platformPath(module, node, linksOf(world, module));
  if (path !== null) return usePlatform(world, module, path, node, withCall(node), step);
  if (isNullTest(node) && visitNullTest(world, module, node, step)) return;
  const binding = module.lexical.resolve(node);
  if (binding === null) return;
  if (binding.declarations.length === 0 && /^__(file|dir)name$/.test(binding.name)) {
    world.find(module, node, { kind: "impure", family: "environment", what: binding.name }, step);
    return;
  }
  if (binding.declarations.length === 0 && binding.name === "require") {
    if (ts.isTypeOfExpression(node.parent)) return;
    world.find(module, withCall(node), { kind: "unknown", what: "require" }, step);
    return;
  }
  loadedBinding(world, module, binding, node, step, whole);
}

/** `x == null` */
function isNullTest(node: TS.Identifier): boolean {
  const { parent, child } = outerParent(node);
  if (!ts.isBinaryExpression(parent) || parent.left !== child) return false;
  const kind = parent.operatorToken.kind;
  const isTest =
    kind >= ts.SyntaxKind.EqualsEqualsToken && kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken;
  return isTest && /^(null|undefined)$/.test(parent.right.getText());
}

/** The test of a parameter: what the platform has is there, and more is not asked. */
function visitNullTest(world: World, module: ShippedModule, node: TS.Expression, step: Step): boolean {
  const parameter = loadParameter(world, module, node);
  if (parameter === null) return false;
  eachLoadCall(world, module, parameter.fn, (into, caller, call) => {
    const given = call.arguments[parameter.index];
    if (given === undefined || platformPath(caller, given, linksOf(into, caller)) !== null) return;
    if (!visitNullTest(into, caller, given, step)) loadedValue(into, caller, given, step);
  });
  return true;
}

/** `ns.member`, where `ns` is the namespace of a module. */
function reachNamespace(
  world: World,
  module: ShippedModule,
  object: TS.Expression,
  name: string,
  node: TS.Node,
  step: Step,
): boolean {
  const opened = namespaceBehind(world, module, object);
  if (opened !== null) {
    reachExports(world, opened, [name], module, node, stepTo(step, name, module, node));
    return true;
  }
  // A namespace of CommonJS, or of Node.
  const declaration = ts.isIdentifier(object) ? module.lexical.resolve(object)?.declarations[0] : undefined;
  if (declaration === undefined || !ts.isNamespaceImport(declaration)) return false;
  const into = stepTo(step, name, module, node);
  reachModule(world, module, specifierOf(declaration), "import", node, into, [name]);
  return true;
}

function withCall(node: TS.Node): TS.Node {
  const { parent, child } = outerParent(node);
  return (ts.isNewExpression(parent) || ts.isCallExpression(parent)) && parent.expression === child
    ? parent
    : node;
}

function outermost(node: TS.Expression): TS.Expression {
  let at = node;
  while (ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at) at = at.parent;
  return at;
}
