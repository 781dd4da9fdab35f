/*
 * Purpose: which changes of state by reached code matter, since a later call would see them.
 * Owns: the ways of keeping state that no call can see (docs/decisions/0014-packages-are-read.md).
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { isValueReference } from "../../compiler/walk-values.js";
import { changesIn } from "./changes.js";
import type { Change } from "./changes.js";
import type { Binding } from "./lexical.js";
import { functionOf } from "./lexical.js";
import { assignedBy, bare, headOf, isFunctionLiteral, ownNodes } from "./shipped-module.js";
import { isPutBack } from "./put-back.js";
import { isScope } from "./scopes.js";
import { constantBehind } from "./links.js";
import { isWrite, usesOf } from "./uses.js";
import type { Use } from "./uses.js";
import type { Finding, World } from "./world.js";

/** What reached code keeps between calls. */
export function stateFindings(world: World): readonly Finding[] {
  return harmfulChanges(world).map(({ finding }) => finding);
}

/** Changes of which a later call would see something, each with what is changed. */
export function harmfulChanges(
  world: World,
): readonly { readonly change: Change; readonly finding: Finding }[] {
  const changes = changesIn(world);
  const byBinding = new Map<Binding | null, Change[]>();
  for (const change of changes) {
    const known = byBinding.get(change.binding);
    if (known === undefined) byBinding.set(change.binding, [change]);
    else known.push(change);
  }
  return changes
    .filter((change) => !isHarmless(world, change, byBinding.get(change.binding) ?? []))
    .map((change) => ({
      change,
      finding: {
        module: change.module,
        node: change.node,
        deed: { kind: "impure", family: "state", what: textOf(change.target) },
        step: world.reached.get(change.fn)!,
      },
    }));
}

function isHarmless(world: World, change: Change, all: readonly Change[]): boolean {
  return (
    isPutBack({ ...change, rest: restingValue(change) }) ||
    isPattern(world, change) ||
    (change.binding !== null &&
      (isHandedOver(world, change, change.binding) ||
        isComputedOnce(change, change.binding) ||
        isMemo(world, change.binding, all) ||
        isScope(world, change.binding, all) ||
        isScratch(world, change.binding, all)))
  );
}

function textOf(node: TS.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The literal that the variable is declared with. */
function restingValue({ binding, target }: Change): string | null {
  const declaration = binding?.declarations[0];
  if (!ts.isIdentifier(bare(target)) || declaration === undefined || !ts.isVariableDeclaration(declaration))
    return null;
  const value = declaration.initializer === undefined ? undefined : bare(declaration.initializer);
  return value === undefined || !isLiteral(value) ? null : value.getText();
}

function isLiteral(node: TS.Expression): boolean {
  return (
    ts.isLiteralExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

/** A pattern's `lastIndex`: of one that keeps none, or in a function that sets it or runs the pattern to its end. */
function isPattern(world: World, change: Change): boolean {
  const { node, binding, module } = change;
  if (binding === null) return false;
  const callee = ts.isCallExpression(node) ? bare(node.expression) : null;
  const isMatch =
    callee !== null && ts.isPropertyAccessExpression(callee) && /^(test|exec)$/.test(callee.name.text);
  const isReset = ts.isBinaryExpression(node) && /\.lastIndex$/.test(node.left.getText());
  if (!isMatch && !isReset) return false;
  const assigned = module
    .changesOf(binding)
    .flatMap((at) => (ts.isBinaryExpression(at) && ts.isIdentifier(bare(at.left)) ? [bare(at.right)] : []));
  const declared = constantBehind(world, module, binding);
  const values = declared === null ? assigned : [declared, ...assigned];
  if (!values.some(keepsIndex)) return true;
  const head = headOf(change.target).getText();
  let isEnded = false;
  ownNodes(change.fn, (at) => {
    for (const target of assignedBy(at)) isEnded ||= target.getText() === `${head}.lastIndex`;
    const test = ts.isWhileStatement(at) ? at.expression : ts.isForStatement(at) ? at.condition : undefined;
    const condition = test?.getText() ?? "";
    if (condition.includes(`${head}.exec(`) && !/&&|\|\|/.test(condition)) isEnded ||= !isLeft(at);
  });
  return isEnded;
}

/** Does a loop end before its condition says so? */
function isLeft(loop: TS.Node): boolean {
  const visit = (node: TS.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isReturnStatement(node) || ts.isBreakStatement(node)) return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(loop);
}

/** `/x/g`, and `new RegExp(…)` with flags that are not written there. */
function keepsIndex(value: TS.Expression): boolean {
  if (ts.isRegularExpressionLiteral(value))
    return /[gy]/.test(value.text.slice(value.text.lastIndexOf("/") + 1));
  const isMade =
    (ts.isNewExpression(value) || ts.isCallExpression(value)) && value.expression.getText() === "RegExp";
  const flags = isMade ? value.arguments?.[1] : undefined;
  return flags !== undefined && (!ts.isStringLiteralLike(flags) || /[gy]/.test(flags.text));
}

/** A constant that is made at its first use: guarded by itself, and made of nothing that a call brings. */
function isComputedOnce(change: Change, binding: Binding): boolean {
  const { node, fn } = change;
  if (!ts.isBinaryExpression(node) || !ts.isIdentifier(bare(change.target))) return false;
  const isGuarded =
    node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionEqualsToken ||
    node.operatorToken.kind === ts.SyntaxKind.BarBarEqualsToken ||
    isTestedAround(node, fn, binding.name);
  return isGuarded && (fn.parameters.length === 0 || !namesLocals(change, node.right));
}

function isTestedAround(node: TS.Node, fn: TS.Node, name: string): boolean {
  const mentions = (test: TS.Node): boolean =>
    new RegExp(`(?<![.\\w$])${name.replaceAll("$", "\\$")}(?![\\w$(])`).test(test.getText());
  for (let at = node; at !== fn && at.parent !== undefined; at = at.parent) {
    const { parent } = at;
    if (ts.isIfStatement(parent) && parent.expression !== at && mentions(parent.expression)) return true;
    if (ts.isConditionalExpression(parent) && parent.condition !== at && mentions(parent.condition))
      return true;
    if (ts.isBinaryExpression(parent) && parent.right === at && isLogical(parent) && mentions(parent.left))
      return true;
    if (ts.isBlock(parent)) {
      // `if (cached !== undefined) return cached;`
      const before = parent.statements.slice(0, parent.statements.indexOf(at as TS.Statement));
      if (
        before.some(
          (statement) => ts.isIfStatement(statement) && mentions(statement.expression) && leaves(statement),
        )
      )
        return true;
    }
  }
  return false;
}

function leaves(statement: TS.IfStatement): boolean {
  const then = statement.thenStatement;
  const last = ts.isBlock(then) ? then.statements.at(-1) : then;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
}

function isLogical(node: TS.BinaryExpression): boolean {
  const kind = node.operatorToken.kind;
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}

function namesLocals({ module, fn }: Change, node: TS.Node): boolean {
  let found = false;
  const visit = (at: TS.Node): void => {
    if (at.kind === ts.SyntaxKind.ThisKeyword) found = true;
    if (ts.isIdentifier(at) && isValueReference(at)) {
      const binding = module.lexical.resolve(at);
      found ||= binding !== null && functionOf(binding.scope) === fn;
    }
    ts.forEachChild(at, visit);
  };
  visit(node);
  return found;
}

const KEYED = /^(get|has|set|delete|clear)$/;

/** A table of what was computed before, by key: nobody looks at it but by a key, and who stores under one has asked for it. */
function isMemo(world: World, binding: Binding, all: readonly Change[]): boolean {
  const stores = all.every((change) => {
    const key = storedKey(change);
    if (key === null) return isEviction(change) || isComputedOnce(change, binding);
    return asksFor(change, key) && !isMadeOfFormer(change);
  });
  return stores && usesOf(world, binding).every((use) => isKeyedUse(use) || isMadeHere(use));
}

/** The key under which a change stores: of `cache[key] = …` and `cache.set(key, …)`. */
function storedKey({ node, target }: Change): string | null {
  if (ts.isCallExpression(node)) {
    const callee = bare(node.expression);
    const isSet = ts.isPropertyAccessExpression(callee) && callee.name.text === "set";
    return isSet && ts.isIdentifier(bare(callee.expression)) ? (node.arguments[0]?.getText() ?? null) : null;
  }
  const at = bare(target);
  if (!ts.isElementAccessExpression(at) || !ts.isIdentifier(bare(at.expression))) return null;
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? at.argumentExpression.getText()
    : null;
}

/** `counts[name] = (counts[name] ?? 0) + 1`: what was stored before goes into what is stored; also by way of a local. */
function isMadeOfFormer({ node, target, fn }: Change): boolean {
  const stored = ts.isCallExpression(node)
    ? node.arguments[1]
    : ts.isBinaryExpression(node)
      ? node.right
      : undefined;
  const value = stored === undefined ? null : bare(stored);
  // What was found under the key may be stored again as it is: `hit ??= make(key); cache.set(key, hit)`.
  if (value === null || ts.isIdentifier(value) || isFunctionLiteral(value)) return false;
  const head = headOf(target).getText();
  const former = new Set([head]);
  ownNodes(fn, (at) => {
    if (!ts.isVariableDeclaration(at) || !ts.isIdentifier(at.name) || at.initializer === undefined) return;
    if (mentions(at.initializer, new Set([head]))) former.add(at.name.text);
  });
  return mentions(value, former);
}

function mentions(node: TS.Node, names: ReadonlySet<string>): boolean {
  if (ts.isIdentifier(node)) return names.has(node.text) && isValueReference(node);
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, (child) => mentions(child, names) || undefined) ?? false;
}

/** Throwing out, and noting that an entry was asked for. */
function isEviction({ node }: Change): boolean {
  if (ts.isDeleteExpression(node)) return true;
  const callee = ts.isCallExpression(node) ? bare(node.expression) : null;
  return (
    callee !== null &&
    ts.isPropertyAccessExpression(callee) &&
    /^(get|has|delete|clear)$/.test(callee.name.text)
  );
}

/** Does the function, or the one around it, look under the same key? */
function asksFor(change: Change, key: string): boolean {
  const head = headOf(change.target).getText();
  let isAsked = false;
  ownNodes(change.fn, (node) => {
    if (ts.isCallExpression(node)) {
      const callee = bare(node.expression);
      if (!ts.isPropertyAccessExpression(callee) || !/^(get|has)$/.test(callee.name.text)) return;
      isAsked ||= callee.expression.getText() === head && node.arguments[0]?.getText() === key;
    } else if (ts.isElementAccessExpression(node)) {
      const isWritten = ts.isBinaryExpression(node.parent) && node.parent.left === node;
      isAsked ||=
        !isWritten && node.expression.getText() === head && node.argumentExpression.getText() === key;
    } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword) {
      isAsked ||= node.right.getText() === head && node.left.getText() === key;
    }
  });
  return isAsked;
}

function isKeyedUse({ node }: Use): boolean {
  const { parent } = node;
  if (ts.isElementAccessExpression(parent)) return parent.expression === node;
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.InKeyword;
  if (!ts.isPropertyAccessExpression(parent)) return false;
  return KEYED.test(parent.name.text) || parent.name.text === "size";
}

/** `cache ??= new Map()`, `if (!cache)` */
function isMadeHere({ node }: Use): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return parent.left === node;
  return ts.isPrefixUnaryExpression(parent) || ts.isIfStatement(parent);
}

/** Memory that every function fills before it looks at it: the buffers of hash functions. */
function isScratch(world: World, binding: Binding, all: readonly Change[]): boolean {
  const [declaration] = binding.declarations;
  const value =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  if (value === undefined || !/Array(\.of|\.from)?\(|^\[\]$/.test(value.getText())) return false;
  const uses = usesOf(world, binding);
  return (
    all.every(({ fn }) => {
      const first = uses.filter((use) => use.fn === fn).sort((a, b) => a.node.pos - b.node.pos)[0];
      return first !== undefined && isWrittenAt(first.node);
    }) && uses.every((use) => all.some(({ fn }) => fn === use.fn) || isArgument(use.node))
  );
}

function isWrittenAt(node: TS.Expression): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return /^(fill|set)$/.test(parent.name.text);
  if (!ts.isElementAccessExpression(parent)) return isArgument(node);
  const outer = parent.parent;
  return (
    ts.isBinaryExpression(outer) &&
    outer.left === parent &&
    outer.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

/** A second result: who reads the variable has just called the function that writes it. Or nobody reads it at all. */
function isHandedOver(world: World, { node, target, fn, module }: Change, binding: Binding): boolean {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  // Workflow code reads what it imports.
  if (!ts.isIdentifier(bare(target)) || world.exposed.has(binding)) return false;
  return usesOf(world, binding)
    .filter((use) => !isWrite(use.node))
    .every((use) => {
      let isCalled = false;
      ownNodes(use.fn, (at) => {
        if (!ts.isCallExpression(at) || at.pos > use.node.pos) return;
        const callee = bare(at.expression);
        const called = ts.isIdentifier(callee) ? module.lexical.resolve(callee) : null;
        isCalled ||= called?.declarations.some((each) => each.pos <= fn.pos && fn.end <= each.end) ?? false;
      });
      return isCalled && use.fn !== fn;
    });
}

function isArgument(node: TS.Expression): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression !== node;
}
