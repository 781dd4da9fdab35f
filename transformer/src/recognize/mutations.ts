/*
 * Where the program changes module-level variables and what hangs on them.
 *
 * Invariants
 *  1. A change is found by the symbol at the root of what is changed, through imports, namespaces and local aliases.
 *  2. What only runs while modules load makes constants; what stands in a function can run later.
 *  Not seen: a change through a parameter, or by a method of the object's own class.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { unwrap } from "../compiler/symbols.js";
import type { Mutations } from "../ir/facts.js";
import { isModuleLevel } from "./units.js";

/** Methods of built-in objects that change the object. */
const CHANGING = new Set(
  `Array.push Array.pop Array.shift Array.unshift Array.splice Array.sort Array.reverse Array.fill Array.copyWithin
   Map.set Map.delete Map.clear Set.add Set.delete Set.clear WeakMap.set WeakMap.delete WeakSet.add WeakSet.delete`.split(/\s+/),
);
/** Functions that change their first argument. */
const CHANGING_FIRST = new Set(
  `ObjectConstructor.assign ObjectConstructor.defineProperty ObjectConstructor.defineProperties ObjectConstructor.setPrototypeOf
   Reflect.set Reflect.defineProperty Reflect.deleteProperty Reflect.setPrototypeOf`.split(/\s+/),
);

/** Looks through the whole program when the first question comes. */
export function findMutations(view: ProgramView): Mutations {
  const found = new Map<TS.Node, { readonly later: TS.Node[]; readonly atLoad: TS.Node[] }>();
  let isScanned = false;
  const note = (target: TS.Expression, node: TS.Node): void => {
    const declaration = rootDeclaration(view, target);
    if (declaration === null) return;
    let entry = found.get(declaration);
    if (entry === undefined) found.set(declaration, (entry = { later: [], atLoad: [] }));
    const isLater = ts.findAncestor(node, ts.isFunctionLike) !== undefined;
    (isLater ? entry.later : entry.atLoad).push(node);
  };
  const visit = (node: TS.Node): void => {
    for (const target of changedBy(view, node)) note(target, node);
    ts.forEachChild(node, visit);
  };
  const ask = (declaration: TS.Node, when: "later" | "atLoad"): readonly TS.Node[] => {
    if (!isScanned) {
      isScanned = true;
      for (const file of view.projectFiles) visit(file);
    }
    return found.get(declaration)?.[when] ?? [];
  };
  return { later: (declaration) => ask(declaration, "later"), atLoad: (declaration) => ask(declaration, "atLoad") };
}

/** The expressions whose value or target `node` changes. */
function changedBy(view: ProgramView, node: TS.Node): readonly TS.Expression[] {
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment ? assignmentTargets(node.left) : [];
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken ? [node.operand] : [];
  }
  if (ts.isDeleteExpression(node)) return [node.expression];
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    return ts.isVariableDeclarationList(node.initializer) ? [] : assignmentTargets(node.initializer);
  }
  if (!ts.isCallExpression(node)) return [];
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee)) return [];
  const declaration = view.symbolOf(callee)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return [];
  const { name } = qualifiedName(declaration);
  if (CHANGING.has(name) || /^\w+Array\.(set|fill|sort|reverse|copyWithin)$/.test(name)) return [callee.expression];
  const first = node.arguments[0];
  return CHANGING_FIRST.has(name) && first !== undefined ? [first] : [];
}

function assignmentTargets(node: TS.Expression): readonly TS.Expression[] {
  const target = unwrap(node);
  if (ts.isArrayLiteralExpression(target)) return target.elements.flatMap(assignmentTargets);
  if (ts.isSpreadElement(target)) return assignmentTargets(target.expression);
  if (ts.isBinaryExpression(target)) return assignmentTargets(target.left);
  if (!ts.isObjectLiteralExpression(target)) return [target];
  return target.properties.flatMap((property) => {
    if (ts.isShorthandPropertyAssignment(property)) return [property.name];
    if (ts.isPropertyAssignment(property)) return assignmentTargets(property.initializer);
    return ts.isSpreadAssignment(property) ? assignmentTargets(property.expression) : [];
  });
}

/** The module-level variable or class of the project that `target` is, or hangs on. */
function rootDeclaration(view: ProgramView, target: TS.Expression): TS.Node | null {
  let at = unwrap(target);
  for (let steps = 0; steps < 100; steps++) {
    if (at.kind === ts.SyntaxKind.ThisKeyword) return staticOwner(at);
    const declaration = view.symbolOf(at)?.valueDeclaration;
    if (declaration !== undefined && (ts.isVariableDeclaration(declaration) || ts.isClassDeclaration(declaration))) {
      if (isModuleLevel(declaration)) return view.originOf(declaration).kind === "project" ? declaration : null;
      // A local alias; a local with a value of its own ends the search in the loop's other branches.
      if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
      at = unwrap(declaration.initializer);
      continue;
    }
    if (!ts.isPropertyAccessExpression(at) && !ts.isElementAccessExpression(at)) return null;
    at = unwrap(at.expression);
  }
  return null;
}

/** The class that `this` is in one of its static members; null in any other place, where it is an instance. */
function staticOwner(node: TS.Node): TS.Node | null {
  const member = ts.findAncestor(node, (at) => ts.isClassElement(at) || (ts.isFunctionLike(at) && !ts.isArrowFunction(at)));
  if (member === undefined || !ts.isClassDeclaration(member.parent) || !isModuleLevel(member.parent)) return null;
  if (ts.isClassStaticBlockDeclaration(member)) return member.parent;
  const isStatic = ts.canHaveModifiers(member) && (ts.getModifiers(member)?.some((at) => at.kind === ts.SyntaxKind.StaticKeyword) ?? false);
  return isStatic ? member.parent : null;
}
