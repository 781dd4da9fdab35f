/*
 * The canonical form of one unit: an S-expression of tags, keys, literals and numbers. Tags are this project's own words, not
 * the compiler's, so that the form outlives versions of TypeScript. A change of this text changes every version hash.
 */
import { canonicalJson } from "@continuum/contract";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ActivityReference, EffectCall, WorkflowDefinition } from "../ir/model.js";
import type { ModuleInitialisers } from "./module-initialisers.js";
import type { PackageSettings } from "./package-settings.js";
import { isJson } from "./references.js";
import type { References } from "./references.js";
import { boundNames } from "./unit.js";
import type { Unit } from "./unit.js";
import { reachedProperties, writeClass, writeEnum } from "./write-classes.js";
import { writeExpression, writeObject, writeReference } from "./write-expressions.js";
import { writeFunction, writeModifiers, writePropertyName } from "./write-functions.js";
import { isErased, variableKind, writeBindingName, writeStatement } from "./write-statements.js";
import type { PlacedEffect, Reach, Token, Writing } from "./writing.js";

/** What a program says once, for all units. */
export interface WritingContext {
  readonly view: ProgramView;
  readonly references: References;
  readonly initialisers: ModuleInitialisers;
  readonly settings: PackageSettings;
  readonly effects: Pick<ReadonlyMap<TS.CallExpression, EffectCall>, "get">;
  readonly unscheduled: Pick<ReadonlyMap<TS.Node, ActivityReference>, "get">;
}

export interface WrittenUnit {
  readonly tokens: readonly Token[];
  readonly placed: readonly PlacedEffect[];
  /** What its functions are called, where somebody asks. */
  readonly functionNames: readonly string[];
  readonly readsFunctionNames: boolean;
  /** Members of enums that it holds as their values: `Level.Low` → `1`. */
  readonly constants: ReadonlyMap<string, string>;
  /** Module specifiers of packages, with the files that import them. */
  readonly packages: ReadonlyMap<string, ReadonlySet<TS.SourceFile>>;
}

/** Options of `workflow(…)` that say nothing of what a run does. */
const OUTSIDE_OF_MEANING: ReadonlySet<string> = new Set([
  ...["name", "version", "retention", "snapshotThreshold", "versioning", "current"],
]);

export function writeUnit(context: WritingContext, reach: Reach, unit: Unit): WrittenUnit {
  return write(context, reach, (w) => {
    if (unit.kind === "module") writeModule(w, unit.root);
    else {
      const names = ts.isVariableDeclaration(unit.root) ? boundNames(unit.root.name) : [];
      names.forEach((name) => w.form("binding", () => w.local(name)));
      writeDeclaration(w, unit);
      for (const part of mergedParts(context, unit)) w.form("then", () => writePart(w, part));
      for (const part of context.initialisers(unit.root)) w.form("then", () => writeInitialiser(w, part));
    }
  });
}

export function writeWorkflow(
  context: WritingContext,
  reach: Reach,
  workflow: WorkflowDefinition,
): WrittenUnit {
  return write(context, reach, (w) => {
    w.form("workflow", () => {
      w.text(workflow.name);
      const [options, body] = workflow.call.arguments;
      if (options !== undefined) writeOptions(w, options);
      w.optional(body, w.expression);
    });
  });
}

function write(context: WritingContext, reach: Reach, parts: (w: Writing) => void): WrittenUnit {
  const tokens: Token[] = [];
  const placed: PlacedEffect[] = [];
  const locals = new Map<TS.Node, number>();
  const packages = new Map<string, Set<TS.SourceFile>>();
  const place: number[] = [];
  const functionNames: string[] = [];
  const constants = new Map<string, string>();
  let readsFunctionNames = false;
  let inner = 0;
  const w: Writing = {
    ...context,
    reach,
    packages,
    tokens,
    labels: [],
    functionNames,
    constants,
    readFunctionName() {
      readsFunctionNames = true;
    },
    effect: (effect) => placed.push({ effect, place: place.join(".") }),
    form(tag, inside) {
      tokens.push(`(${tag}`);
      inside?.();
      tokens.push(")");
    },
    word: (word) => tokens.push(word),
    text: (text) => tokens.push(canonicalJson(text)),
    local(declaration) {
      let number = locals.get(declaration);
      if (number === undefined) locals.set(declaration, (number = locals.size));
      tokens.push(`$${String(number)}`);
    },
    declared(name) {
      const symbol = context.view.checker.getSymbolAtLocation(name);
      // As references.ts has it: an overload's signature says nothing at run time.
      const declarations = [symbol?.valueDeclaration, ...(symbol?.declarations ?? [])];
      const isCode = (each: TS.Node): boolean => !ts.isFunctionDeclaration(each) || each.body !== undefined;
      w.local(declarations.find((each) => each !== undefined && isCode(each)) ?? name);
    },
    optional(node, writePresent) {
      if (node === undefined) tokens.push("-");
      else writePresent(node);
    },
    inFunction(inside) {
      place.push(inner);
      inner = 0;
      inside();
      inner = (place.pop() ?? 0) + 1;
    },
    expression: (node) => writeExpression(w, node),
    statements: (nodes) => nodes.forEach(w.statement),
    statement: (node) => writeStatement(w, node),
    bindingName: (name) => writeBindingName(w, name),
    functionLike: (node) => writeFunction(w, node),
    classLike: (node, name) => writeClass(w, node, name),
    enumMembers: (node) => writeEnum(w, node),
    propertyName: (name) => writePropertyName(w, name),
    modifiers: (node) => writeModifiers(w, node),
  };
  parts(w);
  return { tokens: joined(tokens), placed, functionNames, readsFunctionNames, constants, packages };
}

/** What stands between two references as one token: many workflows read it. */
function joined(tokens: readonly Token[]): readonly Token[] {
  const result: Token[] = [];
  let words: string[] = [];
  const flush = (): void => {
    if (words.length > 0) result.push(words.join(" "));
    words = [];
  };
  for (const token of tokens) {
    if (typeof token === "string") words.push(token);
    else {
      flush();
      result.push(token);
    }
  }
  flush();
  return result;
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
function mergedParts({ view }: WritingContext, { root }: Unit): readonly TS.Node[] {
  const name = ts.getNameOfDeclaration(root as TS.Declaration);
  const symbol = name === undefined ? undefined : view.checker.getSymbolAtLocation(name);
  const others = (symbol?.declarations ?? []).filter((other) => other !== root);
  // `var` may be declared again; a namespace of types beside a constant is not part of it.
  return ts.isVariableDeclaration(root) ? others.filter(ts.isVariableDeclaration) : others.filter(hasCode);
}

/** Code that fills the unit on loading. That of a class, as of all that has a name, is a part of it. */
function writeInitialiser(w: Writing, part: TS.Node): void {
  if (ts.isDeclarationStatement(part) && !ts.isExportAssignment(part))
    w.tokens.push({ unit: w.references.unitOf(part), binding: null });
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
