/*
 * Purpose: from one program to the next, the files for which TypeScript's own answers may differ.
 *
 * Invariants
 *  1. Only ever too many. A file's mistakes depend on its text and on the declarations that it can see; what a file declares is
 *     what TypeScript would write as its .d.ts. If that is unchanged, the edit concerns the file alone.
 *  2. Whatever acts beyond imports (global declarations, augmentations, files that come or go) concerns every file.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

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
  const declared = changed.filter((file) => {
    const before = old.getSourceFile(file.fileName);
    return before === undefined || shapeOf(old, before) !== shapeOf(program, file);
  });
  return declared.length === 0 ? new Set(changed) : new Set([...changed, ...importersOf(program, declared)]);
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

/** Those that import one of `files`, directly or through others. */
function importersOf(program: TS.Program, files: readonly TS.SourceFile[]): ReadonlySet<TS.SourceFile> {
  const checker = program.getTypeChecker();
  const importers = new Map<TS.SourceFile, TS.SourceFile[]>();
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile) continue;
    for (const specifier of specifiersOf(file)) {
      const module = checker.getSymbolAtLocation(specifier)?.declarations?.find(ts.isSourceFile);
      if (module === undefined) continue;
      const known = importers.get(module);
      if (known === undefined) importers.set(module, [file]);
      else known.push(file);
    }
  }
  const found = new Set<TS.SourceFile>();
  const queue = [...files];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    for (const importer of importers.get(file) ?? []) {
      if (found.has(importer)) continue;
      found.add(importer);
      queue.push(importer);
    }
  }
  return found;
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
