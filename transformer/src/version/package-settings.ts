/*
 * What sets up a package while modules load: `Decimal.set({ precision: 30 })`, `dayjs.extend(utc)`, `import "dayjs/locale/de"`.
 * The package keeps it for all that use it, so it counts for each workflow that reaches the package.
 */
import { gather } from "../compiler/gather.js";
import type { ProgramView } from "../compiler/program-view.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { LoadOrder } from "./load-order.js";
import { packageOf } from "./package-ranges.js";
import { rootReference } from "./references.js";
import type { References } from "./references.js";

/** The top-level statements that set up the package of a module specifier, as modules load. */
export type PackageSettings = (specifier: string) => readonly TS.Statement[];

export function packageSettings(
  view: ProgramView,
  references: References,
  loadOrder: LoadOrder,
): PackageSettings {
  const settingsIn = view.memory.keep("settings of packages in a file", (file: TS.SourceFile) =>
    file.statements.flatMap((statement) =>
      Array.from(packagesSetUpBy(statement, references), (name) => [name, statement] as const),
    ),
  );
  const settingsOf = gather(view.memory, "settings of packages", view.projectFiles, settingsIn);
  return (specifier) => {
    const name = packageOf(specifier);
    const found = name === null ? [] : settingsOf(name);
    const rank = (node: TS.Node): number => loadOrder(node.getSourceFile());
    return found.length < 2 ? found : found.toSorted((a, b) => rank(a) - rank(b) || a.pos - b.pos);
  };
}

/** A statement whose value nobody takes is there for what it changes. */
function packagesSetUpBy(statement: TS.Statement, references: References): ReadonlySet<string> {
  const names = new Set<string>();
  const note = (specifier: string): void => {
    const name = packageOf(specifier);
    if (name !== null) names.add(name);
  };
  const noteRoot = (node: TS.Expression): void => {
    const reference = rootReference(node, references);
    if (reference?.kind === "package") note(reference.specifier);
  };
  const visit = (node: TS.Node): void => {
    if (ts.isCallExpression(node)) noteRoot(node.expression);
    else if (ts.isBinaryExpression(node) && assigns(node.operatorToken.kind)) noteRoot(node.left);
    ts.forEachChild(node, visit);
  };
  if (ts.isImportDeclaration(statement)) {
    if (statement.importClause === undefined && ts.isStringLiteral(statement.moduleSpecifier))
      note(statement.moduleSpecifier.text);
  } else if (!ts.isVariableStatement(statement) && !ts.isDeclarationStatement(statement)) visit(statement);
  return names;
}

function assigns(operator: TS.SyntaxKind): boolean {
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}
