/*
 * Purpose: from one program to the next, the files for which TypeScript's own answers may differ.
 *
 * Invariants
 *  1. Only ever too many. A file's mistakes depend on its text and on the declarations that it can see; what a file declares is
 *     what TypeScript would write as its .d.ts. If that is unchanged, the edit concerns the file alone; else those who import an
 *     export that changed, and whoever imports anything from them.
 *  2. Whatever acts beyond imports (global declarations, augmentations, files that come or go) concerns every file.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { changedExports } from "./changed-exports.js";
import type { Exports } from "./changed-exports.js";

/** `"all"`, or the files of `program` whose diagnostics have to be asked for again. */
export function affectedFiles(old: TS.Program, program: TS.Program): ReadonlySet<TS.SourceFile> | "all" {
  const files = program.getSourceFiles();
  if (files.length !== old.getSourceFiles().length) return "all";
  const changed: TS.SourceFile[] = [];
  for (const file of files) {
    const before = old.getSourceFile(file.fileName);
    if (before === undefined) return "all";
    if (before === file) continue;
    if (actsGlobally(before) || actsGlobally(file)) return "all";
    changed.push(file);
  }
  const declared = new Map<TS.SourceFile, Exports>();
  for (const file of changed) {
    const before = old.getSourceFile(file.fileName);
    const exports =
      before === undefined ? "all" : changedIn(shapeOf(old, before), shapeOf(program, file), file);
    if (exports === "all" || exports.size > 0) declared.set(file, exports);
  }
  return declared.size === 0 ? new Set(changed) : new Set([...changed, ...concerned(program, declared)]);
}

function changedIn(before: string, after: string, file: TS.SourceFile): Exports {
  if (before === after) return new Set();
  return file.fileName.endsWith(".json") ? "all" : changedExports(before, after);
}

/** A script's declarations are everybody's, and so are augmentations. */
function actsGlobally(file: TS.SourceFile): boolean {
  if (file.isDeclarationFile || (!ts.isExternalModule(file) && !file.fileName.endsWith(".json"))) return true;
  return file.statements.some(
    (statement) =>
      ts.isModuleDeclaration(statement) &&
      (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0),
  );
}

/** TypeScript keeps the last parameter out of its public types: declarations also where the options ask for none. */
type EmitDeclarations = (
  file: TS.SourceFile,
  write: TS.WriteFileCallback,
  token: undefined,
  emitOnlyDts: true,
  transformers: undefined,
  force: true,
) => TS.EmitResult;

function shapeOf(program: TS.Program, file: TS.SourceFile): string {
  if (file.fileName.endsWith(".json")) return file.text;
  let shape = "";
  const emit = program.emit as EmitDeclarations;
  emit(
    file,
    (name, text) => void (shape += /\.d\.[cm]?ts$/.test(name) ? text : ""),
    undefined,
    true,
    undefined,
    true,
  );
  return shape;
}

/** Those that import what changed, directly or through others. */
function concerned(
  program: TS.Program,
  changed: ReadonlyMap<TS.SourceFile, Exports>,
): ReadonlySet<TS.SourceFile> {
  const importers = importersOf(program);
  const found = new Set<TS.SourceFile>();
  const exportsOf = new Map(changed);
  const queue = [...changed.keys()];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    const exports = exportsOf.get(file) ?? new Set();
    for (const { importer, specifier } of importers.get(file) ?? []) {
      const passed = passedOn(specifier, exports);
      if (passed === null) continue;
      found.add(importer);
      const known = exportsOf.get(importer);
      const all = known === undefined ? passed : union(known, passed);
      if (known !== undefined && (known === "all" || (all !== "all" && all.size === known.size))) continue;
      exportsOf.set(importer, all);
      queue.push(importer);
    }
  }
  return found;
}

/** What the importer's own exports may have changed with; null where nothing that it imports did. */
function passedOn(specifier: TS.Node, changed: Exports): Exports | null {
  const { parent } = specifier;
  const named = ts.isExportDeclaration(parent)
    ? parent.exportClause
    : ts.isImportDeclaration(parent)
      ? parent.importClause
      : null;
  // `import("./x.js")`, `import x = require("./x.js")`
  if (named === null) return "all";
  // For its effects alone, or all there is.
  if (named === undefined) return ts.isImportDeclaration(parent) ? null : changed;
  if (ts.isNamespaceExport(named)) return new Set([named.name.text]);
  if (ts.isNamedExports(named)) {
    const names = named.elements
      .filter(({ name, propertyName }) => isAmong(changed, (propertyName ?? name).text))
      .map(({ name }) => name.text);
    return names.length === 0 ? null : new Set(names);
  }
  const { name, namedBindings } = named;
  const isConcerned =
    (name !== undefined && isAmong(changed, "default")) ||
    (namedBindings !== undefined &&
      (ts.isNamespaceImport(namedBindings) ||
        namedBindings.elements.some((each) => isAmong(changed, (each.propertyName ?? each.name).text))));
  return isConcerned ? "all" : null;
}

function isAmong(changed: Exports, name: string): boolean {
  return changed === "all" || changed.has(name);
}

function union(a: Exports, b: Exports): Exports {
  return a === "all" || b === "all" ? "all" : new Set([...a, ...b]);
}

interface Import {
  readonly importer: TS.SourceFile;
  readonly specifier: TS.Node;
}

function importersOf(program: TS.Program): ReadonlyMap<TS.SourceFile, readonly Import[]> {
  const checker = program.getTypeChecker();
  const importers = new Map<TS.SourceFile, Import[]>();
  for (const importer of program.getSourceFiles()) {
    if (importer.isDeclarationFile) continue;
    for (const specifier of specifiersOf(importer)) {
      const module = checker.getSymbolAtLocation(specifier)?.declarations?.find(ts.isSourceFile);
      if (module === undefined) continue;
      const known = importers.get(module);
      if (known === undefined) importers.set(module, [{ importer, specifier }]);
      else known.push({ importer, specifier });
    }
  }
  return importers;
}

/** Of all imports, those in types (`import("./x.js").T`) and calls among them. */
function specifiersOf(file: TS.SourceFile): readonly TS.Node[] {
  const found: TS.Node[] = [];
  const hasInner = /\b(import|require)\s*\(/.test(file.text);
  const visit = (node: TS.Node): void => {
    if (ts.isStringLiteralLike(node) && isSpecifier(node)) found.push(node);
    if (hasInner || ts.isSourceFile(node) || isImporting(node)) ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isImporting(node: TS.Node): boolean {
  return (
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isImportEqualsDeclaration(node) ||
    ts.isExternalModuleReference(node)
  );
}

function isSpecifier(node: TS.StringLiteralLike): boolean {
  const { parent } = node;
  if (isImporting(parent)) return true;
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  return ts.isCallExpression(parent) && parent.arguments[0] === node;
}
