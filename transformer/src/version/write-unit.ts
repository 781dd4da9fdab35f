/*
 * The canonical form of one unit: an S-expression of tags, keys, literals and numbers. Tags are this project's own words, not
 * the compiler's, so that the form outlives versions of TypeScript. A change of this text changes every version hash.
 */
import { unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { WorkflowDefinition } from "../ir/model.js";
import { isJson } from "./references.js";
import { boundNames } from "./unit.js";
import type { Unit } from "./unit.js";
import { reachedProperties } from "./write-classes.js";
import { writeObject, writeReference } from "./write-expressions.js";
import { isErased, variableKind } from "./write-statements.js";
import type { Writing } from "./writing.js";

/** Options of `workflow(…)` that say nothing of what a run does. */
const OUTSIDE_OF_MEANING: ReadonlySet<string> = new Set([
  ...["name", "version", "retention", "snapshotThreshold", "versioning", "current"],
]);

export function writeUnit(w: Writing, unit: Unit): void {
  if (unit.kind === "module") writeModule(w, unit.root);
  else {
    const names = ts.isVariableDeclaration(unit.root) ? boundNames(unit.root.name) : [];
    names.forEach((name) => w.form("binding", () => w.local(name)));
    writeDeclaration(w, unit);
    for (const part of mergedParts(w, unit)) w.form("then", () => writePart(w, part));
    for (const part of w.initialisers(unit.root)) w.form("then", () => writeInitialiser(w, part));
  }
}

export function writeWorkflow(w: Writing, workflow: WorkflowDefinition): void {
  w.form("workflow", () => {
    w.text(workflow.name);
    const [options, body] = workflow.call.arguments;
    if (options !== undefined) writeOptions(w, options);
    w.optional(body, w.expression);
  });
}

/** The declaration without its name, which only others use. */
function writeDeclaration(w: Writing, unit: Unit): void {
  const { root } = unit;
  if (ts.isVariableDeclaration(root)) {
    const list = root.parent;
    w.form(ts.isVariableDeclarationList(list) ? variableKind(list) : "const", () => {
      if (!ts.isIdentifier(root.name)) w.bindingName(root.name);
      const value = root.initializer === undefined ? undefined : unwrap(root.initializer);
      if (value !== undefined && ts.isObjectLiteralExpression(value) && !w.reach.escaped.has(unit)) {
        writeObject(w, reachedProperties(w.reach, value));
      } else {
        w.optional(root.initializer, w.expression);
      }
    });
  } else if (ts.isFunctionDeclaration(root)) {
    w.functionLike(root);
  } else if (ts.isClassDeclaration(root)) {
    w.classLike(root, root.name?.text ?? "default");
  } else if (ts.isEnumDeclaration(root)) {
    w.enumMembers(root);
  } else {
    writePart(w, root);
  }
}

function writePart(w: Writing, part: TS.Node): void {
  if (ts.isVariableDeclaration(part)) {
    w.bindingName(part.name);
    w.optional(part.initializer, w.expression);
  } else if (ts.isImportDeclaration(part)) {
    w.form("import", () => w.expression(part.moduleSpecifier));
  } else if (ts.isStatement(part)) {
    w.statement(part);
  }
}

/** What else makes the unit: merged declarations, the implementation behind overloads. */
function mergedParts({ view }: Writing, { root }: Unit): readonly TS.Node[] {
  const name = ts.getNameOfDeclaration(root as TS.Declaration);
  const symbol = name === undefined ? undefined : view.checker.getSymbolAtLocation(name);
  const others = (symbol?.declarations ?? []).filter((other) => other !== root);
  // `var` may be declared again; a namespace of types beside a constant is not part of it.
  return ts.isVariableDeclaration(root) ? others.filter(ts.isVariableDeclaration) : others.filter(hasCode);
}

/** Code that fills the unit on loading. That of a class, as of all that has a name, is a part of it. */
function writeInitialiser(w: Writing, part: TS.Node): void {
  if (ts.isDeclarationStatement(part) && !ts.isExportAssignment(part))
    w.reference(w.references.unitOf(part), null);
  else writePart(w, part);
}

function hasCode(declaration: TS.Node): boolean {
  if (ts.isFunctionDeclaration(declaration)) return declaration.body !== undefined;
  if (ts.isModuleDeclaration(declaration)) return !isErased(declaration);
  return ts.isClassDeclaration(declaration) || ts.isEnumDeclaration(declaration);
}

function writeModule(w: Writing, module: TS.SourceFile): void {
  if (isJson(module)) return w.form("json", () => w.statements(module.statements));
  w.form("module", () => {
    for (const { name, reference } of w.references.exportsOf(module)) {
      w.form("export", () => {
        w.text(name);
        writeReference(w, reference);
      });
    }
  });
}

function writeOptions(w: Writing, options: TS.Expression): void {
  const literal = optionsLiteral(w, options);
  if (literal === null) return w.expression(options);
  writeObject(w, meantOptions(w, literal));
}

function meantOptions(
  w: Writing,
  literal: TS.ObjectLiteralExpression,
): readonly TS.ObjectLiteralElementLike[] {
  return literal.properties.flatMap((property) => {
    const { name } = property;
    // `{ ...defaults, version: 2 }` is what it would be with the defaults written out.
    const spread = ts.isSpreadAssignment(property) ? optionsLiteral(w, property.expression) : null;
    if (spread !== null) return meantOptions(w, spread);
    const isNamed = name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name));
    return isNamed && OUTSIDE_OF_MEANING.has(name.text) ? [] : [property];
  });
}

/** The literal behind `workflow({ … })` and behind `const options = { … }; workflow(options)`. */
function optionsLiteral(w: Writing, options: TS.Expression): TS.ObjectLiteralExpression | null {
  const value = unwrap(options);
  if (ts.isObjectLiteralExpression(value)) return value;
  if (!ts.isIdentifier(value)) return null;
  const reference = w.references.ofIdentifier(value);
  if (reference.kind !== "unit" || !ts.isVariableDeclaration(reference.unit.root)) return null;
  const initialiser = reference.unit.root.initializer;
  return initialiser === undefined ? null : optionsLiteral(w, initialiser);
}
