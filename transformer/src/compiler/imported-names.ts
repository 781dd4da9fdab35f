/*
 * Which names of a file can stand for something that another module exports: those that an import declares. Asked before the
 * checker is, which takes a hundred times longer to say that a call of a local function is no call of the authoring entry.
 *
 * Invariant: only ever too many names. What is not among them is no import, and nothing that hangs on one.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";

interface FileImports {
  readonly names: ReadonlySet<string>;
  /** `export import x = y.z` in a namespace makes members that are aliases, under names that no import declares. */
  readonly givesAliases: boolean;
  /** There `require` imports. */
  readonly isJavaScript: boolean;
}

const known = new WeakMap<TS.SourceFile, FileImports>();

/** Can an expression of the program mean what a module exports? False only where it can't. */
export function importFilter(program: TS.Program): (node: TS.Node) => boolean {
  // Declarations of packages hold no expressions, and none of them makes a global of the authoring entry.
  const files = program
    .getSourceFiles()
    .filter(({ fileName, isDeclarationFile }) => !isDeclarationFile || !/\/node_modules\//.test(fileName));
  const imports = files.map(importsOf);
  if (imports.some(({ givesAliases }) => givesAliases)) return () => true;
  const anywhere = imports.some(({ isJavaScript }) => isJavaScript)
    ? null
    : new Set(imports.flatMap(({ names }) => [...names]));
  return (node) => {
    const head = headOf(node);
    if (head === null) return true;
    if (anywhere?.has(head.text) === false) return false;
    const { names, isJavaScript } = importsOf(head.getSourceFile());
    return isJavaScript || names.has(head.text);
  };
}

function importsOf(file: TS.SourceFile): FileImports {
  let imports = known.get(file);
  if (imports === undefined) known.set(file, (imports = readImports(file)));
  return imports;
}

function readImports(file: TS.SourceFile): FileImports {
  const names = new Set<string>();
  for (const statement of file.statements) {
    if (ts.isImportEqualsDeclaration(statement)) names.add(statement.name.text);
    if (!ts.isImportDeclaration(statement)) continue;
    const { importClause: clause } = statement;
    if (clause?.name !== undefined) names.add(clause.name.text);
    const bindings = clause?.namedBindings;
    if (bindings === undefined) continue;
    if (ts.isNamespaceImport(bindings)) names.add(bindings.name.text);
    else for (const element of bindings.elements) names.add(element.name.text);
  }
  return {
    names,
    givesAliases: /\bexport\s+import\b|\bexport\s+as\s+namespace\b/.test(file.text),
    isJavaScript: /\.[cm]?jsx?$/.test(file.fileName),
  };
}

/** `a` in `a.b["c"]`; null where something else stands at the head. */
function headOf(node: TS.Node): TS.Identifier | null {
  let at = node;
  for (;;) {
    if (ts.isIdentifier(at)) return at;
    if (
      ts.isPropertyAccessExpression(at) ||
      ts.isElementAccessExpression(at) ||
      ts.isParenthesizedExpression(at)
    )
      at = at.expression;
    else if (ts.isNonNullExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at))
      at = at.expression;
    else return null;
  }
}
