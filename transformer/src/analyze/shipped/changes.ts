/*
 * Purpose: what the functions of packages change that outlives their calls: variables of modules, what hangs on them, globals.
 * Does not own: whether such a change is harmless (state.ts).
 *
 * A change is found by the name at its head: the variable itself, a local second name for it, `x.constructor`, an argument of a
 * function that changes its parameter, a method that changes its `this`. A change through a value that was stored elsewhere
 * first is not seen.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { isDead } from "./constant-tests.js";
import { functionOf } from "./lexical.js";
import type { Binding } from "./lexical.js";
import { isPutBack } from "./put-back.js";
import { assignedBy, bare, headOf, namedFunction, ownNodes } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import { weakKeyOf } from "./weak-keys.js";
import type { World } from "./world.js";

export interface Change {
  /** The assignment or call. */
  readonly node: TS.Node;
  /** What is changed, as written: `external`, `cache[key]`, `Ctor.precision`. */
  readonly target: TS.Expression;
  /** Null for a global, and for what hangs on `x.constructor`. */
  readonly binding: Binding | null;
  readonly module: ShippedModule;
  readonly fn: TS.FunctionLikeDeclaration;
}

const CHANGING = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append exec test".split(
    " ",
  ),
);
const CHANGING_FIRST = /^(assign|defineProperty|defineProperties|setPrototypeOf)$/;

/** All changes of state by the functions that a world has reached. */
export function changesIn(world: World): readonly Change[] {
  const bySelf = methodsThatChangeThis(world);
  const found: Change[] = [];
  for (const fn of world.reached.keys()) {
    const module = world.moduleOf.get(fn.getSourceFile());
    if (module === undefined || !ts.isFunctionLike(fn)) continue;
    const owner = fn as TS.FunctionLikeDeclaration;
    for (const { node, target } of changedBy(module, owner, bySelf)) {
      if (isDead(node)) continue;
      const root = rootOf(world, module, owner, node, target);
      if (root !== null) found.push({ node, target, binding: root.binding, module, fn: owner });
    }
  }
  return found;
}

interface Changed {
  readonly node: TS.Node;
  readonly target: TS.Expression;
}

const written = new WeakMap<TS.Node, readonly Changed[]>();

/** What a function changes, whatever it is; kept, since worlds share most of their functions. */
function changedBy(
  module: ShippedModule,
  fn: TS.FunctionLikeDeclaration,
  bySelf: ReadonlySet<string>,
): readonly Changed[] {
  let known = written.get(fn);
  if (known === undefined) {
    const changes: Changed[] = [];
    ownNodes(fn, (node) => {
      for (const target of assignedBy(node)) if (!isBeforeThrow(node)) changes.push({ node, target });
      if (!ts.isCallExpression(node)) return;
      const callee = bare(node.expression);
      if (ts.isPropertyAccessExpression(callee)) {
        const first = node.arguments[0];
        const weak = weakKeyOf(module, fn, node);
        if (weak !== null) {
          if (weak.key !== null) changes.push({ node, target: weak.key });
        } else if (CHANGING_FIRST.test(callee.name.text) && first !== undefined)
          changes.push({ node, target: first });
        else changes.push({ node, target: callee.expression });
      }
      const called = namedFunction(module.lexical, callee);
      if (called === null) return;
      for (const index of changedParameters(module, called)) {
        const argument = node.arguments[index];
        if (argument !== undefined) changes.push({ node, target: argument });
      }
    });
    written.set(fn, (known = changes));
  }
  return known.filter(({ node }) => {
    if (!ts.isCallExpression(node)) return true;
    const callee = bare(node.expression);
    if (!ts.isPropertyAccessExpression(callee)) return true;
    const name = callee.name.text;
    return CHANGING.has(name) || CHANGING_FIRST.test(name) || bySelf.has(name);
  });
}

const parametersOf = new WeakMap<TS.Node, readonly number[]>();

function changedParameters(module: ShippedModule, fn: TS.FunctionLikeDeclaration): readonly number[] {
  let known = parametersOf.get(fn);
  if (known === undefined) {
    const names = fn.parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : ""));
    const found = new Set<number>();
    const note = (target: TS.Expression): void => {
      const head = headOf(target);
      if (ts.isIdentifier(head) && names.includes(head.text)) found.add(names.indexOf(head.text));
    };
    ownNodes(fn, (node) => {
      for (const target of assignedBy(node)) {
        const isKept = !isBeforeThrow(node) && !isPutBack({ target, fn, rest: null });
        if (!ts.isIdentifier(target) && isKept) note(target);
      }
      if (!ts.isCallExpression(node)) return;
      const callee = bare(node.expression);
      if (!ts.isPropertyAccessExpression(callee) || !CHANGING.has(callee.name.text)) return;
      note(weakKeyOf(module, fn, node)?.key ?? callee.expression);
    });
    parametersOf.set(fn, (known = Array.from(found)));
  }
  return known;
}

/** Names of methods that write to what they are called on. */
function methodsThatChangeThis(world: World): ReadonlySet<string> {
  const names = new Set<string>();
  for (const fn of world.reached.keys()) {
    const name = memberName(fn);
    if (name === null || names.has(name)) continue;
    ownNodes(fn as TS.FunctionLikeDeclaration, (node) => {
      for (const target of assignedBy(node))
        if (headOf(target).kind === ts.SyntaxKind.ThisKeyword) names.add(name);
      if (!ts.isCallExpression(node)) return;
      const callee = bare(node.expression);
      if (!ts.isPropertyAccessExpression(callee) || !CHANGING.has(callee.name.text)) return;
      if (
        ts.isPropertyAccessExpression(bare(callee.expression)) &&
        headOf(callee).kind === ts.SyntaxKind.ThisKeyword
      )
        names.add(name);
    });
  }
  return names;
}

function memberName(fn: TS.Node): string | null {
  if (ts.isMethodDeclaration(fn)) return fn.name.getText();
  const { parent } = fn;
  if (ts.isPropertyAssignment(parent)) return parent.name.getText();
  const target = ts.isBinaryExpression(parent) ? bare(parent.left) : null;
  return target !== null && ts.isPropertyAccessExpression(target) ? target.name.text : null;
}

/** The state at the head of a change; null where it is the call's own. */
function rootOf(
  world: World,
  module: ShippedModule,
  fn: TS.FunctionLikeDeclaration,
  node: TS.Node,
  target: TS.Expression,
  depth = 0,
): { readonly binding: Binding | null } | null {
  const at = bare(target);
  // `x.constructor = Big` changes x; `x.constructor.DP = 20`, also through a second name, what all of them share.
  const owner = depth === 0 && isAccess(at) && !ts.isCallExpression(node) ? bare(at.expression) : at;
  if (isOnConstructor(owner)) return { binding: null };
  const head = headOf(at);
  if (head.kind === ts.SyntaxKind.ThisKeyword && at !== head) {
    const shared = staticOwner(module, fn);
    return shared === null ? null : { binding: shared };
  }
  if (!ts.isIdentifier(head)) return null;
  const binding = module.lexical.resolve(head);
  const isCall = ts.isCallExpression(node);
  if (binding === null) {
    // A built-in function that is called on: `Math.max`, `Object.keys`; a new property of a global is another matter.
    const isAssigned = !isCall && (at !== head || !/^(undefined|arguments)$/.test(head.text));
    return isAssigned && head.text !== "arguments" ? { binding: null } : null;
  }
  if (isState(world, module, binding, fn)) return { binding };
  // A local second name: `const config = shared; config.x = 1`.
  if (at === head && !isCall && depth === 0) return null;
  const [declaration, second] = binding.declarations;
  if (
    depth > 3 ||
    second !== undefined ||
    declaration === undefined ||
    !ts.isVariableDeclaration(declaration)
  )
    return null;
  const value = declaration.initializer === undefined ? undefined : bare(declaration.initializer);
  if (value === undefined) return assignedConstructor(fn, head) ? { binding: null } : null;
  return ts.isIdentifier(value) || ts.isPropertyAccessExpression(value)
    ? rootOf(world, module, fn, node, value, depth + 1)
    : null;
}

function isAccess(node: TS.Expression): node is TS.PropertyAccessExpression | TS.ElementAccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** On the way to a `throw` things are only tidied up. */
function isBeforeThrow(node: TS.Node): boolean {
  for (let at = node; at.parent !== undefined && !ts.isFunctionLike(at); at = at.parent) {
    if (ts.isBlock(at.parent) && at.parent.statements.some(ts.isThrowStatement))
      return !ts.isFunctionLike(at.parent.parent);
  }
  return false;
}

const statics = new WeakMap<ShippedModule, ReadonlyMap<TS.Node, Binding>>();

/** The function or class whose member `fn` is, by `Decimal.config = config` or `static`: its `this` is that. */
function staticOwner(module: ShippedModule, fn: TS.FunctionLikeDeclaration): Binding | null {
  if (ts.isMethodDeclaration(fn) && ts.isClassLike(fn.parent) && fn.parent.name !== undefined) {
    const isStatic = (ts.getCombinedModifierFlags(fn) & ts.ModifierFlags.Static) !== 0;
    return isStatic ? module.lexical.resolve(fn.parent.name) : null;
  }
  let known = statics.get(module);
  if (known === undefined) statics.set(module, (known = staticsOf(module)));
  return known.get(fn) ?? null;
}

/** `Money.default = Money`: the `this` of what is called with `new` is a new object. */
function makesInstances(module: ShippedModule, fn: TS.FunctionLikeDeclaration): boolean {
  const { parent } = fn;
  const target = ts.isBinaryExpression(parent) ? bare(parent.left) : null;
  const member = target !== null && ts.isPropertyAccessExpression(target) ? target.name.text : undefined;
  const name = fn.name?.getText() ?? member;
  if (name === undefined) return false;
  const text = name.replaceAll("$", "\\$");
  return (
    /^[A-Z]/.test(name) ||
    new RegExp(`\\bnew ${text}\\b|(?<![.\\w$])${text}\\.prototype\\b`).test(module.file.text)
  );
}

function staticsOf(module: ShippedModule): ReadonlyMap<TS.Node, Binding> {
  const found = new Map<TS.Node, Binding>();
  const visit = (node: TS.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const target = bare(node.left);
      const object = ts.isPropertyAccessExpression(target) ? bare(target.expression) : null;
      let value = bare(node.right);
      while (ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken)
        value = bare(value.right);
      const fn = ts.isFunctionExpression(value) ? value : namedFunction(module.lexical, value);
      const owner = object !== null && ts.isIdentifier(object) ? module.lexical.resolve(object) : null;
      const isShared = owner?.declarations.some(
        (each) => ts.isFunctionDeclaration(each) || ts.isClassLike(each),
      );
      if (fn !== null && owner !== null && isShared === true && !makesInstances(module, fn))
        found.set(fn, owner);
    }
    ts.forEachChild(node, visit);
  };
  visit(module.file);
  return found;
}

/** `x.constructor.precision`, and `x.constructor` as the value of a local. */
function isOnConstructor(node: TS.Expression): boolean {
  for (
    let at = node;
    ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at);
    at = bare(at.expression)
  ) {
    if (ts.isPropertyAccessExpression(at) && at.name.text === "constructor") return true;
  }
  return false;
}

/** `Ctor = x.constructor` in a statement of its own. */
function assignedConstructor(fn: TS.FunctionLikeDeclaration, name: TS.Identifier): boolean {
  let found = false;
  ownNodes(fn, (node) => {
    if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
    const left = bare(node.left);
    const right = bare(node.right);
    if (ts.isIdentifier(left) && left.text === name.text && ts.isPropertyAccessExpression(right))
      found ||= right.name.text === "constructor";
  });
  return found;
}

/** Does the binding outlive the calls of `fn`? A module's does, and that of a function whose one call loaded the module. */
export function isState(
  world: World,
  module: ShippedModule,
  binding: Binding,
  fn: TS.FunctionLikeDeclaration,
): boolean {
  const frame = functionOf(binding.scope);
  if (frame === null) return !binding.declarations.some((declaration) => declaration === fn);
  if (frame === fn) return false;
  return (module.loadRun.has(frame) || world.loadRun.has(frame)) && !world.reached.has(frame);
}
