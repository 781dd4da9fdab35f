/*
 * Purpose: whether the project uses a package as people have read that it may be (reviewed-packages.ts).
 * Owns: what an argument is, as far as its type says.
 * Does not own: whether the version that is installed was read: that is seen when its code is (reviewed.ts).
 */
import { gather } from "../../compiler/gather.js";
import type { Said } from "../../compiler/gather.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { outerParent, unwrap } from "../../compiler/symbols.js";
import { entryOf } from "./import-path.js";
import { REVIEWED_PACKAGES } from "./reviewed-packages.js";
import type { Given, ReviewedPackage, ReviewedUse } from "./reviewed-packages.js";

/** Is `node`, which means an export or a member of the package `home`, used in one of the ways that were read? */
export function isUsedAsRead(
  view: ProgramView,
  node: TS.Node,
  home: string,
  names: readonly string[],
): boolean {
  const read = REVIEWED_PACKAGES.find(
    ({ name, types, uses }) => uses !== undefined && (name === home || types === home),
  );
  if (read?.uses === undefined) return false;
  const own = names.filter((name) => name !== "default").join(".");
  const owner = names.length === 1 ? ownerOf(view, node) : null;
  const full = owner === null ? own : `${owner}.${own}`;
  // What is said of the member of one class says it all: `Duration.fromISO` needs no zone.
  const use =
    read.uses.find((each) => each.names.includes(full)) ?? read.uses.find((each) => each.names.includes(own));
  return use !== undefined && isGiven(view, node, use, home) && arePluginsRead(view, read);
}

/** Are values of the package `home` declared by `types`? */
export function isDeclaredBy(home: string, types: string): boolean {
  return types === home || REVIEWED_PACKAGES.some((each) => each.name === home && each.types === types);
}

/** The class or interface that declares what `node` means. */
function ownerOf(view: ProgramView, node: TS.Node): string | null {
  const parent = view.symbolOf(node)?.declarations?.[0]?.parent;
  const isType = parent !== undefined && (ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent));
  return isType ? (parent.name?.text ?? null) : null;
}

function isGiven(view: ProgramView, node: TS.Node, use: ReviewedUse, home: string): boolean {
  const { given, rest } = use;
  if (given === undefined) return true;
  const { parent, child } = outerParent(node);
  if (!ts.isCallExpression(parent) || parent.expression !== child) return false;
  const args = parent.arguments;
  if (args.length < given.length || args.some(ts.isSpreadElement)) return false;
  return args.every((arg, i) => {
    const expected = given[i] ?? rest;
    return expected !== undefined && isWhat(view, arg, expected, home);
  });
}

function isWhat(view: ProgramView, arg: TS.Expression, expected: Given, home: string): boolean {
  if (expected === "anything") return true;
  const type = view.checker.getTypeAtLocation(arg);
  const parts = partsOf(view, type);
  if (expected === "a number") return parts.every((part) => (part.flags & ts.TypeFlags.NumberLike) !== 0);
  if (expected === "its own") return parts.every((part) => isOf(view, part, home));
  if (expected === "a time") {
    // What is not there reads the clock, so nobody's word is taken for it.
    if (isClaimed(view, arg)) return false;
    const simple = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike;
    return parts.every(
      (part) => (part.flags & simple) !== 0 || isOf(view, part, home) || view.isGlobal(part.symbol, "Date"),
    );
  }
  if ("textWithout" in expected) {
    return parts.every(
      (part) =>
        part.isStringLiteral() && ![...expected.textWithout].some((letter) => part.value.includes(letter)),
    );
  }
  const { has = [], lacks = [], texts = {} } = expected;
  return parts.every(
    (part) =>
      (part.flags & ts.TypeFlags.Object) !== 0 &&
      part.getStringIndexType() === undefined &&
      has.every((name) => isThere(part.getProperty(name))) &&
      lacks.every((name) => part.getProperty(name) === undefined) &&
      Object.entries(texts).every(([name, values]) =>
        textsOf(view, arg, part, name)?.every((text) => values.includes(text)),
      ),
  );
}

/** `at!`, `at as string`, and an entry that may be missing without its type saying so. */
function isClaimed(view: ProgramView, arg: TS.Expression): boolean {
  let at = arg;
  while (ts.isParenthesizedExpression(at)) at = at.expression;
  if (ts.isNonNullExpression(at) || ts.isAsExpression(at) || ts.isTypeAssertionExpression(at)) return true;
  if (ts.isElementAccessExpression(at))
    return view.program.getCompilerOptions().noUncheckedIndexedAccess !== true;
  return ts.isPropertyAccessExpression(at) && view.symbolOf(at) === undefined;
}

/** Of a union each; what can be of a type parameter's is what its constraint says. */
function partsOf(view: ProgramView, type: TS.Type): readonly TS.Type[] {
  const seen = view.checker.getBaseConstraintOfType(type) ?? type;
  return seen.isUnion() ? seen.types : [seen];
}

function isThere(property: TS.Symbol | undefined): boolean {
  return property !== undefined && (property.flags & ts.SymbolFlags.Optional) === 0;
}

/** The texts that a property can be; null where it can be others, or absent. */
function textsOf(
  view: ProgramView,
  arg: TS.Expression,
  type: TS.Type,
  name: string,
): readonly string[] | null {
  const property = type.getProperty(name);
  if (property === undefined || !isThere(property)) return null;
  const declaration = property.valueDeclaration;
  // In a literal that stands here the text is what is written; its type is wider.
  const isHere =
    declaration !== undefined && ts.isPropertyAssignment(declaration) && declaration.parent === unwrap(arg);
  const of = isHere
    ? view.checker.getTypeAtLocation(declaration.initializer)
    : view.checker.getTypeOfSymbolAtLocation(property, arg);
  const parts = of.isUnion() ? of.types : [of];
  const texts = parts.flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
  return texts.length === parts.length ? texts : null;
}

/** Is a type declared by the package, or by the one that describes it? */
function isOf(view: ProgramView, type: TS.Type, home: string): boolean {
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  if (declaration === undefined) return false;
  const origin = view.originOf(declaration);
  return origin.kind === "package" && origin.name.replace(/^@types\//, "") === home;
}

/** By package: whether each plugin that the project gives it was read. */
const plugins = new WeakMap<ProgramView, (home: string) => readonly boolean[]>();

/** Nothing is known of a package that a plugin of somebody else has changed. */
function arePluginsRead(view: ProgramView, { name: home, plugins: read }: ReviewedPackage): boolean {
  if (read === undefined) return true;
  let given = plugins.get(view);
  if (given === undefined) {
    given = gather(view.memory, "plugins of packages", view.projectFiles, pluginsIn(view));
    plugins.set(view, given);
  }
  return given(home).every((isRead) => isRead);
}

function pluginsIn(view: ProgramView): (file: TS.SourceFile) => Said<string, boolean> {
  const taking = REVIEWED_PACKAGES.flatMap(({ name, plugins: read }) =>
    read === undefined ? [] : [{ home: name, ...read }],
  );
  return view.memory.keep("plugins of packages in a file", (file: TS.SourceFile) => {
    const asked = taking.filter(({ by }) => file.text.includes(by));
    const found: [string, boolean][] = [];
    const visit = (node: TS.Node): void => {
      for (const { home, by, modules } of asked) {
        if (isNamed(node, by) && isOfPackage(view, declarationOf(view, node), home))
          found.push([home, isPluginRead(view, node, modules)]);
      }
      ts.forEachChild(node, visit);
    };
    if (asked.length > 0) visit(file);
    return found;
  });
}

function isNamed(node: TS.Node, name: string): boolean {
  return (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) && node.text === name;
}

/** What a name means: of `dayjs.extend`, `dayjs["extend"]` and `const { extend } = dayjs`. */
function declarationOf(view: ProgramView, name: TS.Node): TS.Node | undefined {
  const { parent } = name;
  if (ts.isBindingElement(parent) && (parent.propertyName ?? parent.name) === name) {
    const type = view.checker.getTypeAtLocation(parent.parent);
    return type.getProperty((name as TS.Identifier).text)?.declarations?.[0];
  }
  return view.symbolOf(ts.isElementAccessExpression(parent) ? parent : name)?.declarations?.[0];
}

function isOfPackage(view: ProgramView, declaration: TS.Node | undefined, home: string): boolean {
  const origin = declaration === undefined ? null : view.originOf(declaration);
  return origin?.kind === "package" && origin.name === home;
}

/** `dayjs.extend(utc)` */
function isPluginRead(view: ProgramView, name: TS.Node, modules: readonly string[]): boolean {
  const access = name.parent;
  if (!ts.isPropertyAccessExpression(access)) return false;
  const { parent, child } = outerParent(access);
  if (!ts.isCallExpression(parent) || parent.expression !== child) return false;
  const [plugin] = parent.arguments;
  const entry = plugin === undefined ? null : entryOf(view, plugin);
  return entry !== null && modules.includes(entry.specifier.replace(/\.js$/, ""));
}
