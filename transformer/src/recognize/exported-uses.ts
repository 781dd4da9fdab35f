/*
 * Purpose: all places of a program that name a function of a module, in its own file and wherever it is imported.
 * Invariant: null as soon as somebody may have it whom nobody sees: a namespace that is handed on, an import that is computed, another
 * program.
 */
import { gather } from "../compiler/gather.js";
import type { Said } from "../compiler/gather.js";
import { resolveAlias } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";

/** What a use is worth; null ends the search. */
type Reading = (use: TS.Identifier) => TS.Node | "harmless" | null;

/** What `read` makes of every use of `name` as a value in a file; null as soon as it can make nothing of one. */
export function usesOf(
  view: ProgramView,
  name: TS.Identifier,
  file: TS.SourceFile,
  read: Reading,
): readonly TS.Node[] | null {
  const symbol = view.symbolOf(name);
  const found: TS.Node[] = [];
  const visit = (node: TS.Node): boolean => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return true;
    if (ts.isIdentifier(node) && node !== name && node.text === name.text && view.symbolOf(node) === symbol) {
      const use = read(node);
      if (use === null) return false;
      if (use !== "harmless") found.push(use);
    }
    return ts.forEachChild(node, (child) => (visit(child) ? undefined : true)) !== true;
  };
  return symbol !== undefined && visit(file) ? found : null;
}

/** The same wherever the export `name` of a module is imported, under whatever name. */
export function usesElsewhere(
  view: ProgramView,
  name: TS.Identifier,
  read: Reading,
): readonly TS.Node[] | null {
  const symbol = view.symbolOf(name);
  // Who writes declarations does not know who will import it.
  const { declaration, composite } = view.program.getCompilerOptions();
  const isOpen = declaration === true || composite === true || view.isLinked(name.getSourceFile());
  if (symbol === undefined || isOpen) return null;
  const imports = importsOf(view);
  const found: TS.Node[] = [];
  for (const node of imports(name.text)) {
    if (!isSpecifier(node) || view.symbolOf(node.name) !== symbol) continue;
    if (ts.isExportSpecifier(node)) {
      // Whoever imports it from there is found by its name.
      if (node.name.text !== name.text) return null;
      continue;
    }
    const uses = usesOf(view, node.name, node.getSourceFile(), (use) =>
      use.parent === node ? "harmless" : readExport(use, name.text, read),
    );
    if (uses === null) return null;
    found.push(...uses);
  }
  return imports("*").some((node) => mayHold(view, node, symbol)) ? null : found;
}

const gathered = new WeakMap<ProgramView, (name: string) => readonly TS.Node[]>();

/** Called for each program before anything is asked: what was kept of the one before is compared with what this one imports. */
export function importsOf(view: ProgramView): (name: string) => readonly TS.Node[] {
  let imports = gathered.get(view);
  if (imports === undefined) {
    const importsIn = view.memory.keep("imports in a file", importsByName);
    imports = gather(view.memory, "imports by name", view.projectFiles, importsIn);
    gathered.set(view, imports);
  }
  return imports;
}

/** `export { name }` hands on nothing but what is found by its name. */
export function readExport(use: TS.Identifier, name: string, read: Reading): ReturnType<Reading> {
  if (!ts.isExportSpecifier(use.parent)) return read(use);
  return use.parent.name.text === name ? "harmless" : null;
}

function isSpecifier(
  node: TS.Node,
): node is (TS.ImportSpecifier | TS.ExportSpecifier) & { readonly name: TS.Identifier } {
  return (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) && ts.isIdentifier(node.name);
}

/** Imports and re-exports by the name that the other module exports; whole modules by `*`. */
function importsByName(file: TS.SourceFile): Said<string, TS.Node> {
  const found: [string, TS.Node][] = [];
  const note = (specifiers: readonly (TS.ImportSpecifier | TS.ExportSpecifier)[]): void => {
    for (const specifier of specifiers)
      found.push([(specifier.propertyName ?? specifier.name).text, specifier]);
  };
  for (const statement of file.statements) {
    if (ts.isImportEqualsDeclaration(statement)) found.push(["*", statement]);
    else if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined) continue;
      if (ts.isNamespaceImport(bindings)) found.push(["*", statement.moduleSpecifier]);
      else note(bindings.elements);
    } else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined) {
      const clause = statement.exportClause;
      if (clause !== undefined && ts.isNamespaceExport(clause)) found.push(["*", statement.moduleSpecifier]);
      else if (clause !== undefined) note(clause.elements);
    }
  }
  // Few files load anything as they go, and a walk through all of them takes long.
  if (/\b(import|require)\s*\(/.test(file.text)) {
    const visit = (node: TS.Node): void => {
      if (ts.isCallExpression(node) && isLoading(node.expression))
        found.push(["*", node.arguments[0] ?? node]);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

function isLoading(callee: TS.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require")
  );
}

/** Can a module that is taken as a whole be one that exports `symbol`? */
function mayHold(view: ProgramView, node: TS.Node, symbol: TS.Symbol): boolean {
  if (!ts.isStringLiteralLike(node)) return true;
  const module = view.checker.getSymbolAtLocation(node);
  // Packages know nothing of the program.
  if (module?.declarations?.some((each) => view.originOf(each).kind === "project") !== true) return false;
  return view.checker.getExportsOfModule(module).some((each) => resolveAlias(view.checker, each) === symbol);
}
