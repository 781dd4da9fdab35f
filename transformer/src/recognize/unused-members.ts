/*
 * Functions in a const object beside those that workflow code calls: of `clock = { read: () => Date.now(), shift: … }` only
 * `shift` is workflow code, as long as `clock` is nowhere more than the left side of a property access.
 *
 * Invariants
 *  1. What is unused among everything that could be reached is unused: a function that is named only by another one which is
 *     unused itself still counts as used.
 *  2. Only objects whose type is what is written: behind an annotation or a cast, an access says nothing of which function is
 *     meant. What changes, at load or later, is left whole.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import type { Mutations, ReachedUnit } from "../ir/facts.js";
import { givesItselfAway, mayGive, unnamedMembers } from "./activity-members.js";
import { isModuleLevel } from "./units.js";

/** By unit: the functions in it that no reached code comes to. */
export function unusedMembers(
  view: ProgramView,
  mutations: Mutations,
  reached: readonly ReachedUnit[],
): ReadonlyMap<TS.Node, ReadonlySet<TS.Node>> {
  const members = new Map<TS.Node, Set<TS.Node>>();
  for (const { facts } of reached) {
    const unit = facts.declaration;
    const object = facts.isDefinition ? null : constObject(unit);
    if (object === null) continue;
    const functions = functionsIn(object);
    if (functions.length === 0 || isChanged(mutations, unit) || givesItselfAway(unit)) continue;
    const own = referencesToItself(view, unit);
    const unused = functions.filter((member) => !own.some((reference) => mayGive(view, reference, member)));
    if (unused.length > 0) members.set(unit, new Set(unused));
  }
  return unnamedMembers(view, reached, members);
}

/** The object literal in a module-level const without a type of its own. */
function constObject(unit: TS.Node): TS.ObjectLiteralExpression | null {
  if (!ts.isVariableDeclaration(unit) || unit.type !== undefined || unit.initializer === undefined)
    return null;
  if ((ts.getCombinedNodeFlags(unit) & ts.NodeFlags.Const) === 0 || !isModuleLevel(unit)) return null;
  let value = unit.initializer;
  while (ts.isParenthesizedExpression(value) || isConstAssertion(value)) value = value.expression;
  return ts.isObjectLiteralExpression(value) ? value : null;
}

function isConstAssertion(node: TS.Expression): node is TS.AsExpression {
  return ts.isAsExpression(node) && ts.isConstTypeReference(node.type);
}

/** The functions written in an object, and in objects within it; no hooks under a computed name. */
function functionsIn(object: TS.ObjectLiteralExpression): readonly TS.Node[] {
  return object.properties.flatMap((member): readonly TS.Node[] => {
    if (member.name === undefined || !(ts.isIdentifier(member.name) || ts.isStringLiteral(member.name)))
      return [];
    if (ts.isMethodDeclaration(member) || ts.isAccessor(member) || ts.isShorthandPropertyAssignment(member))
      return [member];
    if (!ts.isPropertyAssignment(member)) return [];
    const value = unwrap(member.initializer);
    if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return [member];
    return value === member.initializer && ts.isObjectLiteralExpression(value) ? functionsIn(value) : [];
  });
}

function isChanged(mutations: Mutations, unit: TS.Node): boolean {
  return mutations.atLoad(unit).length > 0 || mutations.later(unit).length > 0;
}

/** Where the object's own functions name the const that holds it. */
function referencesToItself(view: ProgramView, unit: TS.Node): readonly TS.Identifier[] {
  const found: TS.Identifier[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node) && view.symbolOf(node)?.valueDeclaration === unit && node.parent !== unit)
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(unit);
  return found;
}
