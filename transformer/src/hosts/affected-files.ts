/*
 * Purpose: from one program to the next, the files for which TypeScript's own answers may differ.
 *
 * Invariants
 *  1. Only ever too many. A file's mistakes depend on its text and on the declarations that it can see; what a file declares is
 *     what TypeScript would write as its .d.ts. If that is unchanged, the edit concerns the file alone; else those who import an
 *     export that changed. What changed of an importer is told by its .d.ts as well: what is written otherwise there, or names
 *     something that changed.
 *  2. Whatever acts beyond imports (global declarations, augmentations, files that come or go) concerns every file.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { changedExports } from "./changed-exports.js";
import type { Exports } from "./changed-exports.js";

/**
 * `"all"`, or the files of `program` whose diagnostics have to be asked for again. `take` tells to
 * take one function of each edited file as declared otherwise, beside what is.
 */
export function affectedFiles(
  old: TS.Program,
  program: TS.Program,
  take: "what changed" | "a function as changed" = "what changed",
): ReadonlySet<TS.SourceFile> | "all" {
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
  const exportsOf = new Map<TS.SourceFile, Exports>();
  for (const file of changed) {
    const exports = changedIn(old, program, file, take === "what changed" ? new Set() : firstFunction(file));
    if (exports === "all" || exports.size > 0) exportsOf.set(file, exports);
  }
  return exportsOf.size === 0
    ? new Set(changed)
    : new Set([...changed, ...concerned(old, program, exportsOf)]);
}

function firstFunction({ statements }: TS.SourceFile): ReadonlySet<string> {
  const name = statements.find(ts.isFunctionDeclaration)?.name?.text;
  return new Set(name === undefined ? [] : [name]);
}

/** The exports of a file that changed, where what `words` mean did. */
function changedIn(
  old: TS.Program,
  program: TS.Program,
  file: TS.SourceFile,
  words: ReadonlySet<string>,
): Exports {
  const before = old.getSourceFile(file.fileName);
  const was = before === undefined ? null : shapeOf(old, before);
  const is = shapeOf(program, file);
  if (was === null || is === null) return "all";
  if (was === is && words.size === 0) return new Set();
  return file.fileName.endsWith(".json") ? "all" : changedExports(was, is, words);
}

/** A script's declarations are everybody's, and so are augmentations. */
export function actsGlobally(file: TS.SourceFile): boolean {
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

/** Null where TypeScript writes none, as for the sources of packages. */
function shapeOf(program: TS.Program, file: TS.SourceFile): string | null {
  if (file.fileName.endsWith(".json")) return file.text;
  let shape: string | null = null;
  const emit = program.emit as EmitDeclarations;
  emit(
    file,
    (name, text) => void (shape = /\.d\.[cm]?ts$/.test(name) ? text : shape),
    undefined,
    true,
    undefined,
    true,
  );
  return shape;
}

/**
 * Those that import what changed, directly or through others. `exportsOf` begins with the exports of the edited files that did, and
 * takes in those of the importers.
 */
function concerned(
  old: TS.Program,
  program: TS.Program,
  exportsOf: Map<TS.SourceFile, Exports>,
): ReadonlySet<TS.SourceFile> {
  const importers = importersOf(program);
  const found = new Set<TS.SourceFile>();
  const wordsOf = new Map<TS.SourceFile, Set<string>>();
  const queue = [...exportsOf.keys()];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    const exports = exportsOf.get(file) ?? new Set();
    for (const { importer, specifier } of importers.get(file) ?? []) {
      const { words, exported } = passedOn(specifier, exports);
      if (words.size === 0 && exported !== "all" && exported.size === 0) continue;
      found.add(importer);
      const before = exportsOf.get(importer) ?? new Set();
      if (before === "all" || !importers.has(importer)) continue;
      const known = wordsOf.get(importer) ?? new Set();
      const isKnown = Array.from(words).every((word) => known.has(word));
      wordsOf.set(importer, new Set([...known, ...words]));
      const own = isKnown ? before : changedIn(old, program, importer, new Set([...known, ...words]));
      const all = union(before, union(own, exported));
      if (all !== "all" && all.size === before.size) continue;
      exportsOf.set(importer, all);
      queue.push(importer);
    }
  }
  return found;
}

interface Passed {
  /** By which the importer's own declarations name what changed. */
  readonly words: ReadonlySet<string>;
  /** What it hands on without naming it. */
  readonly exported: Exports;
}

const NOTHING: Passed = { words: new Set(), exported: new Set() };

/** What an import brings in of what changed: nothing where it imports none of it. */
function passedOn(specifier: TS.Node, changed: Exports): Passed {
  const { parent } = specifier;
  if (ts.isExportDeclaration(parent)) return { words: new Set(), exported: reexported(parent, changed) };
  // `import("./x.js")`, `import x = require("./x.js")`
  if (!ts.isImportDeclaration(parent)) return { words: new Set(), exported: "all" };
  // For its effects alone.
  if (parent.importClause === undefined) return NOTHING;
  const { name, namedBindings } = parent.importClause;
  const words = new Set<string>();
  if (name !== undefined && isAmong(changed, "default")) words.add(name.text);
  if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) words.add(namedBindings.name.text);
  else {
    for (const each of namedBindings?.elements ?? []) {
      const imported = (each.propertyName ?? each.name).text;
      if (isAmong(changed, imported)) words.add(imported).add(each.name.text);
    }
  }
  // What has no name in the importer is written `import("./x.js").Name`.
  return words.size === 0 ? NOTHING : { words: words.add("import"), exported: new Set() };
}

/** Under which names a re-export hands on what changed. */
function reexported({ exportClause }: TS.ExportDeclaration, changed: Exports): Exports {
  if (exportClause === undefined) return changed;
  if (ts.isNamespaceExport(exportClause)) return new Set([exportClause.name.text]);
  const among = exportClause.elements.filter(({ name, propertyName }) =>
    isAmong(changed, (propertyName ?? name).text),
  );
  return new Set(among.map(({ name }) => name.text));
}

function isAmong(changed: Exports, name: string): boolean {
  return changed === "all" || changed.has(name);
}

function union(a: Exports, b: Exports): Exports {
  return a === "all" || b === "all" ? "all" : new Set([...a, ...b]);
}

export interface Import {
  readonly importer: TS.SourceFile;
  readonly specifier: TS.Node;
}

/** Of each file those that import it, or anything of it. */
export function importersOf(program: TS.Program): ReadonlyMap<TS.SourceFile, readonly Import[]> {
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
