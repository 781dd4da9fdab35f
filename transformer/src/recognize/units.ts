/*
 * Which unit a declaration belongs to (see UnitFacts), what it is called, and which nodes hold its code.
 *
 * Invariant: everything at run time that a module-level reference can mean is in exactly one unit, or in a function that is.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";

/** The unit that holds `declaration`; null for what lives inside a function: whoever sees it has walked that function. */
export function unitOf(declaration: TS.Node): TS.Node | null {
  let outermost: TS.Node | null = null;
  let member: TS.Node | null = null;
  for (let at = declaration; !ts.isSourceFile(at); at = at.parent) {
    if (isUnitDeclaration(at) || (ts.isModuleDeclaration(at) && at === declaration)) outermost = at;
    if (isSeparateMember(at)) member = at;
  }
  const unit = outermost !== null && member?.parent === outermost ? member : outermost;
  if (unit === null || unit === declaration) return unit;
  return ts.isFunctionLike(unit) || isInsideFunction(declaration, unit) ? null : unit;
}

function isUnitDeclaration(node: TS.Node): boolean {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isExportAssignment(node)
  );
}

export type SeparateMember = TS.MethodDeclaration | TS.AccessorDeclaration;

/** A method or accessor of a class declaration: reached on its own. */
export function isSeparateMember(node: TS.Node): node is SeparateMember {
  return (
    (ts.isMethodDeclaration(node) || ts.isAccessor(node)) &&
    ts.isClassDeclaration(node.parent) &&
    isModuleLevel(node.parent)
  );
}

/** No function and no class around it. */
export function isModuleLevel(node: TS.Node): boolean {
  return ts.findAncestor(node.parent, (at) => ts.isFunctionLike(at) || ts.isClassLike(at)) === undefined;
}

function isInsideFunction(node: TS.Node, unit: TS.Node): boolean {
  for (let at = node.parent; at !== unit && !ts.isSourceFile(at); at = at.parent)
    if (ts.isFunctionLike(at)) return true;
  return false;
}

/** The nodes that hold a unit's code. A class leaves out the members that are units of their own. */
export function rootsOf(unit: TS.Node): readonly TS.Node[] {
  if (!ts.isClassDeclaration(unit)) return [unit];
  const members = unit.members.flatMap((member): readonly TS.Node[] => {
    if (!isSeparateMember(member)) return [member];
    // Evaluated with the class, whoever calls the member later.
    const name = ts.isComputedPropertyName(member.name) ? [member.name] : [];
    return [...(ts.getDecorators(member) ?? []), ...name];
  });
  return [...(ts.getDecorators(unit) ?? []), ...(unit.heritageClauses ?? []), ...members];
}

/** What messages call the unit. */
export function unitName(unit: TS.Node, view: ProgramView): string {
  if (isSeparateMember(unit) && ts.isClassDeclaration(unit.parent)) {
    return `${unit.parent.name?.text ?? "default"}.${unit.name.getText()}`;
  }
  const name = ts.getNameOfDeclaration(unit as TS.Declaration);
  if (name !== undefined) return name.getText().replace(/\s+/g, " ");
  return `the default export of ${view.locationOf(unit.getSourceFile()).path}`;
}

/** The initialiser of a module-level const, as written but for casts; undefined for anything else. */
export function constInitializer(declaration: TS.Node | undefined): TS.Expression | undefined {
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return undefined;
  if ((ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0 || !isModuleLevel(declaration))
    return undefined;
  return declaration.initializer === undefined ? undefined : unwrap(declaration.initializer);
}
