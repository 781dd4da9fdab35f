/*
 * Purpose: which exports of a module an edit changed, by what TypeScript would write as its declarations before and after.
 *
 * Invariant: only ever too many. A declaration that mentions the name of a changed one is changed; what is not understood changes all.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

/** Names of exports, as importers write them; `"all"` where it can be any. */
export type Exports = ReadonlySet<string> | "all";

/**
 * The exports that differ between two texts of a declaration file, those that came and those that went among them; and those that
 * mention one of `words`, which mean something else in the second.
 */
export function changedExports(
  before: string,
  after: string,
  words: ReadonlySet<string> = new Set(),
): Exports {
  const [was, is] = [declared(before), declared(after)];
  if (was === null || is === null || was.rest !== is.rest) return "all";
  const names = new Set([...was.texts.keys(), ...is.texts.keys()]);
  const changed = new Set(Array.from(names).filter((name) => was.texts.get(name) !== is.texts.get(name)));
  for (let size = -1; size !== changed.size;) {
    size = changed.size;
    for (const [name, text] of is.texts) {
      const mentioned = text.match(/[\p{ID_Continue}$]+/gu) ?? [];
      if (!changed.has(name) && mentioned.some((word) => changed.has(word) || words.has(word)))
        changed.add(name);
    }
  }
  const exported = [...was.exports, ...is.exports];
  return new Set(exported.filter(([, local]) => changed.has(local)).map(([name]) => name));
}

interface Declared {
  /** Of each name that is declared at the top, all that declares it. */
  readonly texts: ReadonlyMap<string, string>;
  readonly exports: readonly (readonly [name: string, local: string])[];
  /** What re-exports whole modules. */
  readonly rest: string;
}

/** Null where there is something that declares no name. */
function declared(text: string): Declared | null {
  const file = ts.createSourceFile("module.d.ts", text, ts.ScriptTarget.Latest, true);
  const texts = new Map<string, string>();
  const exports: (readonly [string, string])[] = [];
  let rest = "";
  const add = (name: string, declares: string): void =>
    void texts.set(name, `${texts.get(name) ?? ""}${declares}\n`);
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier, isTypeOnly } = statement;
      if (exportClause === undefined || ts.isNamespaceExport(exportClause)) rest += statement.getText();
      else {
        for (const element of exportClause.elements) {
          const key = `export ${element.name.text}`;
          add(key, [String(isTypeOnly), element.getText(), moduleSpecifier?.getText()].join(" "));
          exports.push([element.name.text, key]);
        }
      }
    } else if (ts.isExportAssignment(statement)) {
      if (statement.isExportEquals === true) return null;
      add("export default", statement.getText());
      exports.push(["default", "export default"]);
    } else if (ts.isImportDeclaration(statement)) {
      for (const [name, declares] of imported(statement)) add(name, declares);
    } else {
      const names = namesOf(statement);
      if (names === null) return null;
      for (const name of names) {
        add(name, statement.getText());
        // In a declaration file what is not said to be exported may be, too.
        exports.push([isDefault(statement) ? "default" : name, name]);
      }
    }
  }
  return { texts, exports, rest };
}

function isDefault(statement: TS.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

/** What a statement of a declaration file declares; null where no names tell that. */
function namesOf(statement: TS.Statement): readonly string[] | null {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  )
    return [statement.name?.text ?? "export default"];
  if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) return [statement.name.text];
  return null;
}

/** Each imported name, and where it is from. */
function imported({
  importClause,
  moduleSpecifier,
}: TS.ImportDeclaration): readonly (readonly [name: string, declares: string])[] {
  if (importClause === undefined) return [];
  const { name, namedBindings } = importClause;
  const kind = ts.isImportClause(importClause) && importClause.isTypeOnly ? "type" : "value";
  const bindings: readonly TS.Node[] =
    namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
        ? [namedBindings]
        : namedBindings.elements;
  return [...(name === undefined ? [] : [name]), ...bindings].map((node) => [
    localName(node),
    [kind, node.getText(), moduleSpecifier.getText()].join(" "),
  ]);
}

function localName(node: TS.Node): string {
  return ts.isIdentifier(node) ? node.text : (node as TS.NamespaceImport | TS.ImportSpecifier).name.text;
}
