/*
 * Built-in objects that are changed by the code that loads with workflow code: what workflow code calls by a built-in name would
 * then be code that the walk never sees, and that no hash counts. Whether it happens while a module loads or when one of its
 * functions is called, by an activity for example, does not matter: all share one set of built-in objects.
 */
import { changedBy } from "../compiler/changes.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { Mutations, ReachedUnit } from "../ir/facts.js";
import type { Problem } from "../ir/problem.js";
import { unwrap } from "../compiler/symbols.js";
import { verdictOf } from "./verdicts.js";
import { knownApis } from "./known-apis.js";
import { builtInRoot } from "./rules/shared-state.js";

/** The changes of built-in objects in the modules that workflow code lives in or imports. */
export function findPatchedGlobals(
  view: ProgramView,
  reached: readonly ReachedUnit[],
  mutations: Mutations,
): readonly Problem[] {
  const patches = mutations.patches();
  const files = patches.length === 0 ? new Set() : loadedFiles(view, reached);
  const problems = new Map<TS.Node, Problem>();
  for (const { node, builtIn } of patches) {
    if (!files.has(node.getSourceFile()) || isPolyfill(node) || !isUsedByPureCode(view, node, builtIn))
      continue;
    if (problems.has(node) || isReported(view, reached, node)) continue;
    problems.set(node, {
      code: "CTM2008",
      node,
      message: `This changes \`${builtIn.getText().replace(/\s+/g, " ")}\` for all code that loads with it, workflow code included, and no version knows of it.`,
      hint: "Write a function of your own, and leave what is built in as it is.",
      path: [],
    });
  }
  return [...problems.values()];
}

/** Workflow code that names what it changes has been told so, with its path. */
function isReported(view: ProgramView, reached: readonly ReachedUnit[], node: TS.Node): boolean {
  if (!changedBy(view, node).some((target) => builtInRoot(view, target) !== null)) return false;
  return reached.some(({ facts }) =>
    facts.roots.some(
      (root) => root.getSourceFile() === node.getSourceFile() && root.pos <= node.pos && node.end <= root.end,
    ),
  );
}

/** `Array.prototype.at ??= …` gives what the language promises anyway. */
function isPolyfill(node: TS.Node): boolean {
  return (
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionEqualsToken ||
      node.operatorToken.kind === ts.SyntaxKind.BarBarEqualsToken)
  );
}

/** Not `process.env.TZ = …`, which workflow code can't read anyway, nor the length of stacks. */
function isUsedByPureCode(view: ProgramView, node: TS.Node, root: TS.Expression): boolean {
  if (ts.isCallExpression(root)) return true;
  const symbol = view.symbolOf(root);
  if (symbol?.name === "globalThis") return globalsGiven(node).some(isPureGlobal);
  const declaration = symbol?.declarations?.[0];
  if (declaration === undefined) return ts.isPropertyAccessExpression(root);
  if (view.originOf(declaration).kind !== "platform") return false;
  return verdictOf(declaration)?.kind !== "impure" && !view.isGlobal(symbol, "Error");
}

function isPureGlobal(name: string): boolean {
  const verdict = knownApis.get(name);
  return verdict !== undefined && verdict.kind !== "impure";
}

/** The names that a change of `globalThis` writes: of `globalThis.Date = …`, and of what is assigned or defined there. */
function globalsGiven(node: TS.Node): readonly string[] {
  const nameOf = (target: TS.Expression): readonly string[] => {
    const place = unwrap(target);
    if (ts.isPropertyAccessExpression(place)) return [place.name.text];
    return ts.isElementAccessExpression(place) && ts.isStringLiteralLike(place.argumentExpression)
      ? [place.argumentExpression.text]
      : [];
  };
  if (ts.isBinaryExpression(node)) return nameOf(node.left);
  if (ts.isDeleteExpression(node)) return nameOf(node.expression);
  if (!ts.isCallExpression(node)) return [];
  return node.arguments.slice(1).flatMap((argument) => {
    const given = unwrap(argument);
    if (ts.isStringLiteralLike(given)) return [given.text];
    if (!ts.isObjectLiteralExpression(given)) return [];
    return given.properties.flatMap(({ name }) =>
      name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? [name.text] : [],
    );
  });
}

/** The modules of the project that hold reached code, and what these import, in that order. */
function loadedFiles(view: ProgramView, reached: readonly ReachedUnit[]): ReadonlySet<TS.SourceFile> {
  const files = new Set(reached.map(({ facts }) => facts.declaration.getSourceFile()));
  for (const file of files) {
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
      if (
        ts.isImportDeclaration(statement) ? statement.importClause?.isTypeOnly === true : statement.isTypeOnly
      )
        continue;
      const module = statement.moduleSpecifier && view.checker.getSymbolAtLocation(statement.moduleSpecifier);
      const imported = module?.valueDeclaration;
      if (imported !== undefined && ts.isSourceFile(imported) && view.originOf(imported).kind === "project")
        files.add(imported);
    }
  }
  return files;
}
