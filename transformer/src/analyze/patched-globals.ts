/*
 * Built-in objects that are changed while modules load: what workflow code calls by a built-in name would then be code that the
 * walk never sees, and that no hash counts. Looked for in every module that loads with workflow code.
 */
import { changedBy } from "../compiler/changes.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { ReachedUnit } from "../ir/facts.js";
import type { Problem } from "../ir/problem.js";
import { verdictOf } from "./judge.js";
import { builtInRoot } from "./rules/shared-state.js";

/** The changes of built-in objects at the top level of the modules that workflow code lives in or imports. */
export function findPatchedGlobals(view: ProgramView, reached: readonly ReachedUnit[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const file of loadedFiles(view, reached)) {
    const visit = (node: TS.Node): void => {
      if (ts.isFunctionLike(node)) return;
      const root = isPolyfill(node)
        ? undefined
        : changedBy(view, node)
            .map((target) => builtInRoot(view, target))
            .find((found) => found !== null && isUsedByPureCode(view, found));
      if (root === undefined || root === null) ts.forEachChild(node, visit);
      else {
        problems.push({
          code: "CTM2008",
          node,
          message: `This changes \`${root.getText()}\` for all code that loads with it, workflow code included, and no version knows of it.`,
          hint: "Write a function of your own, and leave what is built in as it is.",
          path: [],
        });
      }
    };
    ts.forEachChild(file, visit);
  }
  return problems;
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
function isUsedByPureCode(view: ProgramView, root: TS.Expression): boolean {
  const declaration = view.symbolOf(root)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return false;
  return verdictOf(declaration)?.kind !== "impure" && !view.isGlobal(view.symbolOf(root), "Error");
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
