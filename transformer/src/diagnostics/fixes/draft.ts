/*
 * Purpose: collects the edits of one fix, and the imports that its new text needs.
 * Owns: under which name a file can say an export of the authoring entry, and where an import is added.
 *
 * Invariants
 *  1. What a fix writes means the authoring entry's function where it stands: a local of the same name gets out of its way by
 *     an alias, never by a rename of the user's code.
 *  2. An import is added once per name and file, to the import of the authoring entry that is there, else as a new one.
 */
import { AUTHORING_ENTRY } from "@continuum/contract";
import type { ProgramView } from "../../compiler/program-view.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { Edit, Fix } from "../fix.js";

export interface Draft {
  replace(node: TS.Node, text: string): void;
  /** Puts `before` and `after` around a node. */
  wrap(node: TS.Node, before: string, after: string): void;
  insert(file: TS.SourceFile, at: number, text: string): void;
  /** How code at `node` names the export `exported` of the authoring entry; the import is added where it is missing. */
  name(exported: string, node: TS.Node): string;
}

/** The fix that `write` drafts. */
export function draftFix(view: ProgramView, title: string, write: (draft: Draft) => void): Fix {
  const edits: Edit[] = [];
  const missing = new Map<TS.SourceFile, Map<string, string>>();
  const add = (file: TS.SourceFile, start: number, end: number, text: string): void => {
    edits.push({ fileName: file.fileName, start, end, text });
  };
  write({
    replace(node, text) {
      const file = node.getSourceFile();
      add(file, node.getStart(file), node.end, text);
    },
    wrap(node, before, after) {
      const file = node.getSourceFile();
      add(file, node.getStart(file), node.getStart(file), before);
      add(file, node.end, node.end, after);
    },
    insert: (file, at, text) => add(file, at, at, text),
    name(exported, node) {
      const known = importedName(view, exported, node);
      if (known !== null) return known;
      const file = node.getSourceFile();
      const names = missing.get(file) ?? new Map<string, string>();
      missing.set(file, names);
      const local = names.get(exported) ?? freeName(view, exported, node);
      names.set(exported, local);
      return local;
    },
  });
  for (const [file, names] of missing) {
    const specifiers = [...names].map(([name, local]) => (name === local ? name : `${name} as ${local}`));
    edits.push(importEdit(file, specifiers));
  }
  return { title, edits };
}

/** The local name of an import that is there and that nothing hides at `node`. */
function importedName(view: ProgramView, exported: string, node: TS.Node): string | null {
  for (const { importClause } of authoringImports(node.getSourceFile())) {
    const bindings = importClause?.namedBindings;
    if (bindings === undefined) continue;
    if (ts.isNamespaceImport(bindings)) {
      if (means(view, bindings.name.text, node, bindings)) return `${bindings.name.text}.${exported}`;
      continue;
    }
    for (const element of bindings.elements) {
      if (element.isTypeOnly || (element.propertyName ?? element.name).text !== exported) continue;
      if (means(view, element.name.text, node, element)) return element.name.text;
    }
  }
  return null;
}

function means(view: ProgramView, name: string, at: TS.Node, declaration: TS.Node): boolean {
  return visible(view, name, at)?.declarations?.[0] === declaration;
}

function visible(view: ProgramView, name: string, at: TS.Node): TS.Symbol | undefined {
  return view.checker.resolveName(name, at, ts.SymbolFlags.Value | ts.SymbolFlags.Alias, true);
}

function freeName(view: ProgramView, exported: string, node: TS.Node): string {
  const capital = exported.charAt(0).toUpperCase() + exported.slice(1);
  const isFree = (name: string): boolean => visible(view, name, node) === undefined;
  if (isFree(exported)) return exported;
  for (let count = 1; ; count++) {
    const name = `continuum${capital}${count === 1 ? "" : String(count)}`;
    if (isFree(name)) return name;
  }
}

function authoringImports(file: TS.SourceFile): readonly TS.ImportDeclaration[] {
  return file.statements.filter(
    (statement): statement is TS.ImportDeclaration =>
      ts.isImportDeclaration(statement) &&
      ts.isStringLiteral(statement.moduleSpecifier) &&
      statement.moduleSpecifier.text === AUTHORING_ENTRY &&
      statement.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword,
  );
}

function importEdit(file: TS.SourceFile, specifiers: readonly string[]): Edit {
  const insertion = (at: number, text: string): Edit => ({
    fileName: file.fileName,
    start: at,
    end: at,
    text,
  });
  for (const { importClause } of authoringImports(file)) {
    const bindings = importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const last = bindings.elements.at(-1);
    if (last === undefined) return insertion(bindings.getStart(file) + 1, ` ${specifiers.join(", ")} `);
    const gap = /\r?\n[ \t]*$/.exec(file.text.slice(last.pos, last.getStart(file)))?.[0] ?? " ";
    return insertion(last.end, specifiers.map((specifier) => `,${gap}${specifier}`).join(""));
  }
  const first = file.statements.find(ts.isImportDeclaration);
  const quote = first !== undefined && first.moduleSpecifier.getText(file).startsWith("'") ? "'" : '"';
  const end =
    first === undefined || file.text.slice(first.getStart(file), first.end).endsWith(";") ? ";" : "";
  const text = `import { ${specifiers.join(", ")} } from ${quote}${AUTHORING_ENTRY}${quote}${end}\n`;
  return insertion(first?.getStart(file) ?? afterHeading(file), text);
}

/** Behind `#!…` and directives, before everything else. */
function afterHeading(file: TS.SourceFile): number {
  const directives = file.statements.filter(
    (statement) => ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression),
  );
  const last = directives.at(-1);
  if (last !== undefined && file.statements.indexOf(last) === directives.length - 1) {
    const lineEnd = file.text.indexOf("\n", last.end);
    return lineEnd === -1 ? last.end : lineEnd + 1;
  }
  return /^\uFEFF?(#!.*\r?\n)?/.exec(file.text)?.[0].length ?? 0;
}
