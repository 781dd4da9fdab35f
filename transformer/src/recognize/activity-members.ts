/*
 * Activities that are methods of a const object, beside data or helpers that workflow code reads: `payments.fee` is workflow
 * code, what `activity(payments.charge(id))` names is not, as long as nothing else can come to it.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey } from "../compiler/symbols.js";
import type { ReachedUnit } from "../ir/facts.js";
import { unitOf } from "./units.js";

/** By unit: its members that workflow code only ever names as activities. */
export function activityMembers(
  view: ProgramView,
  reached: readonly ReachedUnit[],
): ReadonlyMap<TS.Node, ReadonlySet<TS.Node>> {
  const units = new Set(reached.map(({ facts }) => facts.declaration));
  const members = new Map<TS.Node, Set<TS.Node>>();
  for (const { facts } of reached) {
    for (const { declaration } of facts.activities) {
      if (!ts.isObjectLiteralElementLike(declaration)) continue;
      const unit = unitOf(declaration);
      if (unit === null || !units.has(unit) || givesItselfAway(unit)) continue;
      const known = members.get(unit);
      if (known === undefined) members.set(unit, new Set([declaration]));
      else known.add(declaration);
    }
  }
  return unnamedMembers(view, reached, members);
}

/** By unit: of its `members`, those that no reached code can come to by a name or by a value that holds them. */
export function unnamedMembers(
  view: ProgramView,
  reached: readonly ReachedUnit[],
  members: ReadonlyMap<TS.Node, Set<TS.Node>>,
): ReadonlyMap<TS.Node, ReadonlySet<TS.Node>> {
  if (members.size === 0) return members;
  for (const { facts } of reached) {
    for (const { unit, node } of facts.references) {
      for (const member of members.get(unit) ?? [])
        if (mayGive(view, node, member)) members.get(unit)?.delete(member);
    }
    for (const { name, node } of facts.members) {
      for (const [, ofUnit] of members)
        for (const member of ofUnit)
          if (isNamed(member, name) && mayMean(view, node, member)) ofUnit.delete(member);
    }
  }
  return new Map([...members].filter(([, ofUnit]) => ofUnit.size > 0));
}

/** A method that returns or hands on `this`. */
export function givesItselfAway(unit: TS.Node): boolean {
  const visit = (node: TS.Node): boolean =>
    (node.kind === ts.SyntaxKind.ThisKeyword &&
      !(ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node)) ||
    (ts.forEachChild(node, visit) ?? false);
  return visit(unit);
}

/** Not where the reference leads to another property, by a name that is written there. */
export function mayGive(view: ProgramView, reference: TS.Node, member: TS.Node): boolean {
  let at = reference;
  for (;;) {
    const { parent } = at;
    if (ts.isParenthesizedExpression(parent)) {
      at = parent;
      continue;
    }
    if (ts.isVariableDeclaration(parent) && parent.initializer === at)
      return !ts.isObjectBindingPattern(parent.name) || mayBind(view, parent.name, member);
    const isAccess =
      (ts.isPropertyAccessExpression(parent) ||
        (ts.isElementAccessExpression(parent) &&
          literalKey(view.checker, parent.argumentExpression) !== null)) &&
      parent.expression === at;
    if (!isAccess) return true;
    const declarations = view.symbolOf(parent)?.declarations ?? [];
    if (declarations.length === 0) return true;
    if (!declarations.some((declaration) => contains(declaration, member))) return false;
    if (declarations.includes(member as TS.Declaration)) return true;
    at = parent;
  }
}

/** `const { fee } = payments` */
function mayBind(view: ProgramView, pattern: TS.ObjectBindingPattern, member: TS.Node): boolean {
  const type = view.checker.getTypeAtLocation(pattern);
  return pattern.elements.some((element) => {
    const name = element.propertyName ?? element.name;
    if (element.dotDotDotToken !== undefined || !ts.isIdentifier(name)) return true;
    const declarations = view.checker.getPropertyOfType(type, name.text)?.declarations ?? [];
    return declarations.length === 0 || declarations.some((declaration) => contains(declaration, member));
  });
}

function contains(outer: TS.Node, inner: TS.Node): boolean {
  return ts.findAncestor(inner, (at) => at === outer) !== undefined;
}

function isNamed(member: TS.Node, name: string): boolean {
  const own = ts.getNameOfDeclaration(member as TS.Declaration);
  return own === undefined || ts.isComputedPropertyName(own) || own.getText().replace(/["']/g, "") === name;
}

/** `this.charge()`, or an access on what nothing is known of. */
function mayMean(view: ProgramView, access: TS.Node, member: TS.Node): boolean {
  const declarations = view.symbolOf(access)?.declarations ?? [];
  return declarations.length === 0 || declarations.includes(member as TS.Declaration);
}
