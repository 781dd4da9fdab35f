/*
 * From an expression of the project to the export of a package that it means: through aliases, re-exports and namespaces, as
 * the module that would be loaded has to be asked for it.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { literalKey, unwrap } from "../../compiler/symbols.js";
import type { Entry } from "./verdict.js";

/** The name that a package exports something by, which is not always the one that it is declared with. */
export function exportedName(view: ProgramView, node: TS.Node, symbol: TS.Symbol): string {
  const name = entryOf(view, node)?.names.at(-1);
  return name === undefined || name === "default" || name === "*" ? symbol.name : name;
}

/** The entry that `node` means; null where no import of the project leads to a package. */
export function entryOf(view: ProgramView, node: TS.Node): Entry | null {
  const at = ts.isExpression(node) ? unwrap(node) : node;
  if (ts.isPropertyAccessExpression(at)) return withName(entryOf(view, at.expression), at.name.text);
  if (ts.isElementAccessExpression(at)) {
    const key = literalKey(view.checker, at.argumentExpression);
    return key === null ? null : withName(entryOf(view, at.expression), key);
  }
  if (!ts.isIdentifier(at)) return null;
  const symbol = ts.isShorthandPropertyAssignment(at.parent)
    ? view.checker.getShorthandAssignmentValueSymbol(at.parent)
    : view.checker.getSymbolAtLocation(at);
  return symbol === undefined ? null : throughAliases(view, symbol);
}

function withName(entry: Entry | null, name: string): Entry | null {
  return entry === null ? null : { ...entry, names: [...entry.names, name] };
}

function throughAliases(view: ProgramView, start: TS.Symbol): Entry | null {
  let symbol: TS.Symbol | undefined = start;
  /** What was asked of the last alias: the name under which `export * from` hands it on. */
  let name = start.name;
  let from: TS.SourceFile | null = null;
  while (symbol !== undefined) {
    const declaration: TS.Node | undefined = symbol.declarations?.[0];
    if (declaration === undefined) return null;
    const isOwn = view.originOf(declaration.getSourceFile()).kind === "project";
    if (!isOwn || (symbol.flags & ts.SymbolFlags.Alias) === 0) {
      if (isOwn || from === null) return null;
      // Here through `export * from "package"` in a module of the project.
      const star = starOf(view, from, name);
      return star === null ? null : entryAt(star.specifier, star.file, [name]);
    }
    const imported = importedBy(declaration);
    if (imported === null) {
      symbol = view.checker.getImmediateAliasedSymbol(symbol);
      continue;
    }
    const module = view.checker.getSymbolAtLocation(imported.specifier);
    const file: TS.SourceFile | undefined = module?.declarations?.find(ts.isSourceFile);
    if (file === undefined || view.originOf(file).kind !== "project")
      return entryAt(imported.specifier.text, declaration.getSourceFile(), imported.names);
    name = imported.names[0] ?? "*";
    from = file;
    symbol = view.checker.getImmediateAliasedSymbol(symbol);
  }
  return null;
}

function entryAt(specifier: string, file: TS.SourceFile, names: readonly string[]): Entry {
  const how = file.impliedNodeFormat === ts.ModuleKind.CommonJS ? "require" : "import";
  return { specifier, from: file.fileName.replaceAll("\\", "/"), how, names };
}

function importedBy(
  declaration: TS.Node,
): { readonly specifier: TS.StringLiteralLike; readonly names: readonly string[] } | null {
  if (ts.isImportEqualsDeclaration(declaration)) {
    const reference = declaration.moduleReference;
    return ts.isExternalModuleReference(reference) && ts.isStringLiteralLike(reference.expression)
      ? { specifier: reference.expression, names: ["default"] }
      : null;
  }
  const statement = ts.findAncestor(
    declaration,
    (node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node),
  );
  const specifier = statement?.moduleSpecifier;
  if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return null;
  if (ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration))
    return { specifier, names: [(declaration.propertyName ?? declaration.name).text] };
  return { specifier, names: ts.isImportClause(declaration) ? ["default"] : [] };
}

function starOf(
  view: ProgramView,
  file: TS.SourceFile,
  name: string,
  seen = new Set<TS.SourceFile>(),
): { readonly specifier: string; readonly file: TS.SourceFile } | null {
  if (seen.has(file)) return null;
  seen.add(file);
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || statement.exportClause !== undefined) continue;
    const specifier = statement.moduleSpecifier;
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) continue;
    const module = view.checker.getSymbolAtLocation(specifier);
    if (module === undefined || view.checker.tryGetMemberInModuleExports(name, module) === undefined)
      continue;
    const target = module.declarations?.find(ts.isSourceFile);
    if (target === undefined || view.originOf(target).kind !== "project")
      return { specifier: specifier.text, file };
    const deeper = starOf(view, target, name, seen);
    if (deeper !== null) return deeper;
  }
  return null;
}

/** `@noble/hashes` of `@noble/hashes/sha2.js`. */
export function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
