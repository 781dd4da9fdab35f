/*
 * What fills a constant after its declaration, while modules load: `handlers.set("card", charge)` at the top level is part
 * of what `handlers` is, so it counts as part of its unit.
 */
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Reference, References } from "./references.js";

/** Root of a unit → the top-level statements that change it, those of its own module first. */
export type ModuleInitialisers = ReadonlyMap<TS.Node, readonly TS.Node[]>;

const CHANGING_GLOBALS: ReadonlySet<string> = new Set(["Object", "Reflect"]);

export function findModuleInitialisers(view: ProgramView, references: References): ModuleInitialisers {
  const found = new Map<TS.Node, Set<TS.Node>>();
  for (const file of view.projectFiles) {
    for (const candidate of candidates(file)) {
      for (const root of changedBy(candidate, references)) {
        if (root === candidate) continue;
        const statements = found.get(root) ?? new Set();
        found.set(root, statements.add(candidate));
      }
    }
  }
  return new Map(Array.from(found, ([root, statements]) => [root, sorted(root, statements)]));
}

/** Top-level code that runs while its module loads: no declarations of functions, no bodies of functions kept for later. */
function* candidates(file: TS.SourceFile): Generator<TS.Node> {
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) yield* statement.declarationList.declarations;
    else if (!ts.isDeclarationStatement(statement)) yield statement;
  }
}

function changedBy(candidate: TS.Node, references: References): ReadonlySet<TS.Node> {
  const changed = new Set<TS.Node>();
  const note = (node: TS.Expression): void => {
    const reference = rootReference(node, references);
    if (reference?.kind === "unit" && reference.unit.kind === "declaration") changed.add(reference.unit.root);
  };
  const visit = (node: TS.Node): void => {
    if (ts.isVariableDeclaration(candidate) && ts.isFunctionLike(node)) return;
    if (ts.isBinaryExpression(node) && assigns(node.operatorToken.kind)) note(node.left);
    else if (ts.isDeleteExpression(node)) note(node.expression);
    else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
        note(node.operand);
    } else if (ts.isCallExpression(node)) {
      const callee = unwrap(node.expression);
      if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee))
        note(callee.expression);
      if (mayChangeArguments(callee, references)) node.arguments.forEach(note);
    }
    ts.forEachChild(node, visit);
  };
  visit(candidate);
  return changed;
}

/** `Object.assign(table, …)`, and a function of the project that is handed the constant to fill it. */
function mayChangeArguments(callee: TS.Expression, references: References): boolean {
  const reference = rootReference(callee, references);
  if (reference?.kind === "global") return CHANGING_GLOBALS.has(reference.name);
  return reference?.kind === "unit";
}

function assigns(operator: TS.SyntaxKind): boolean {
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}

/** What stands at the head of `head.a[b].c`. */
function rootReference(node: TS.Expression, references: References): Reference | null {
  let at = unwrap(node);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) {
    const member = references.ofMember(at);
    if (member !== null) return member;
    at = unwrap(at.expression);
  }
  return ts.isIdentifier(at) ? references.ofIdentifier(at) : null;
}

function sorted(root: TS.Node, statements: ReadonlySet<TS.Node>): readonly TS.Node[] {
  const home = root.getSourceFile();
  const away = (node: TS.Node): number => (node.getSourceFile() === home ? 0 : 1);
  const text = (node: TS.Node): string => node.getText().replace(/\s+/g, "");
  return Array.from(statements).sort((a, b) => {
    if (away(a) !== away(b)) return away(a) - away(b);
    if (a.getSourceFile() === b.getSourceFile()) return a.pos - b.pos;
    // Order of loading is not known here; any order will do that does not depend on names of files.
    return text(a) < text(b) ? -1 : 1;
  });
}
