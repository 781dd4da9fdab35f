/*
 * The function that an activity call names: whether it can be named, and its durable name (language.md §2).
 *
 * Names do not depend on folders or on how a module is imported here: `payments.charge` is the module's base name and the
 * name under which that module exports the function, whatever the importing module calls either.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { moduleBaseName } from "../compiler/packages.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { resolveAlias, unwrap } from "../compiler/symbols.js";
import { constInitializer, isModuleLevel } from "./units.js";

export type NamedActivity =
  | { readonly name: string; readonly declaration: TS.Node }
  | {
      readonly failure: "dynamic" | "private-member" | "two-names" | "of-the-run" | "computed-name";
      readonly names?: readonly string[];
    };

/** Names the activity that `callee` means, or says why it has no name. */
export function nameActivity(view: ProgramView, callee: TS.Expression): NamedActivity {
  if (!isStaticPath(callee)) return { failure: "dynamic" };
  const symbol = view.symbolOf(callee);
  const declaration = symbol?.declarations?.[0];
  if (symbol === undefined || declaration === undefined) return { failure: "dynamic" };
  const origin = view.originOf(declaration);
  if (origin.kind === "continuum" || isOfPromise(declaration, origin.kind)) return { failure: "of-the-run" };
  if (origin.kind === "platform") return { name: qualifiedName(declaration).name, declaration };
  if (origin.kind === "package" || origin.kind === "ambient")
    return packageActivity(view, callee, declaration, origin);
  const place = exportedPlace(declaration);
  if (place === null) return { failure: isMember(declaration) ? "private-member" : "dynamic" };
  const explicit = definedName(view, declaration);
  if (explicit === COMPUTED) return { failure: "computed-name" };
  if (explicit !== null) return { name: explicit, declaration };
  const home = view.locationOf(declaration.getSourceFile()).package;
  // What another package exports is named by the package, whether its declarations or its source is known here.
  if (view.isLinked(declaration.getSourceFile()) && home !== view.locationOf(callee.getSourceFile()).package)
    return packageActivity(view, callee, declaration, { kind: "package", name: home });
  const module = moduleBaseName(view.locationOf(declaration.getSourceFile()));
  const names = exportNames(view, place.holder);
  if (names.length > 1) return { failure: "two-names", names: names.map((name) => `${module}.${name}`) };
  const own = names[0] ?? declaredName(place.holder) ?? "default";
  const path = own === "default" ? [module, ...place.members] : [module, own, ...place.members];
  return { name: path.join("."), declaration };
}

/** `Promise.all(…)`: joins what runs already, and is not itself a function that could run elsewhere. */
function isOfPromise(declaration: TS.Node, origin: string): boolean {
  return origin === "platform" && /^Promise(Constructor)?$/.test(qualifiedName(declaration).container ?? "");
}

/** `payments.charge`, `charge`, `ns.Payments.charge`: identifiers only, so that it means the same at load and at call. */
function isStaticPath(node: TS.Expression): boolean {
  if (ts.isIdentifier(node)) return true;
  return (
    ts.isPropertyAccessExpression(node) &&
    node.questionDotToken === undefined &&
    isStaticPath(node.expression)
  );
}

interface Place {
  /** What the module exports. */
  readonly holder: TS.Node;
  /** The way from there to the function. */
  readonly members: readonly string[];
}

/** Where a function of the project stands: a module-level declaration, and members from there. */
function exportedPlace(declaration: TS.Node): Place | null {
  if (ts.isFunctionDeclaration(declaration) || ts.isExportAssignment(declaration)) {
    return isModuleLevel(declaration) ? { holder: declaration, members: [] } : null;
  }
  if (ts.isVariableDeclaration(declaration)) {
    return constInitializer(declaration) === undefined ? null : { holder: declaration, members: [] };
  }
  if (!isMember(declaration)) return null;
  const name = ts.getNameOfDeclaration(declaration);
  if (name === undefined || !(ts.isIdentifier(name) || ts.isStringLiteral(name))) return null;
  const owner = declaration.parent;
  if (ts.isClassDeclaration(owner)) {
    const isStatic = ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Static;
    return isStatic !== 0 && isModuleLevel(owner) ? { holder: owner, members: [name.text] } : null;
  }
  if (!ts.isObjectLiteralExpression(owner)) return null;
  let outer: TS.Node = owner;
  while (ts.isExpression(outer.parent) && unwrap(outer.parent) === owner) outer = outer.parent;
  const up = outer.parent;
  if (ts.isPropertyAssignment(up)) {
    const place = exportedPlace(up);
    return place === null ? null : { holder: place.holder, members: [...place.members, name.text] };
  }
  return constInitializer(up) === owner ? { holder: up, members: [name.text] } : null;
}

function isMember(
  node: TS.Node,
): node is
  TS.MethodDeclaration | TS.PropertyDeclaration | TS.PropertyAssignment | TS.ShorthandPropertyAssignment {
  return (
    ts.isMethodDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node)
  );
}

function declaredName(declaration: TS.Node): string | null {
  const name = ts.getNameOfDeclaration(declaration as TS.Declaration);
  return name !== undefined && ts.isIdentifier(name) ? name.text : null;
}

/** The names under which the declaring module exports `holder`, sorted. */
function exportNames(view: ProgramView, holder: TS.Node): readonly string[] {
  const module = view.checker.getSymbolAtLocation(holder.getSourceFile());
  if (module === undefined) return [];
  return view.checker
    .getExportsOfModule(module)
    .filter(
      (exported) =>
        resolveAlias(view.checker, exported).declarations?.includes(holder as TS.Declaration) ?? false,
    )
    .map((exported) => exported.name)
    .sort();
}

/** No name of an activity: names have text in them. */
const COMPUTED = "";

/** The `name` given to `defineActivity({ name: "…" }, fn)`, null for none; COMPUTED where it can't be read. */
function definedName(view: ProgramView, declaration: TS.Node): string | null {
  const options = definedActivity(view, declaration)?.arguments[0];
  if (options === undefined || ts.isArrowFunction(options) || ts.isFunctionExpression(options)) return null;
  const property = view.checker.getPropertyOfType(view.checker.getTypeAtLocation(options), "name");
  if (property === undefined) return null;
  const written = property.valueDeclaration;
  // What is written says more than the type of the property, which is `string` where any text would do.
  const source =
    written !== undefined && ts.isShorthandPropertyAssignment(written)
      ? view.checker.getShorthandAssignmentValueSymbol(written)
      : undefined;
  const type =
    written !== undefined && ts.isPropertyAssignment(written)
      ? view.checker.getTypeAtLocation(written.initializer)
      : view.checker.getTypeOfSymbolAtLocation(source ?? property, options);
  if ((type.flags & ts.TypeFlags.Undefined) !== 0) return null;
  return type.isStringLiteral() ? type.value : COMPUTED;
}

/** The `defineActivity(…)` call that a declaration holds. */
export function definedActivity(view: ProgramView, declaration: TS.Node): TS.CallExpression | undefined {
  const initializer = ts.isExportAssignment(declaration)
    ? unwrap(declaration.expression)
    : constInitializer(declaration);
  if (initializer === undefined || !ts.isCallExpression(initializer)) return undefined;
  return view.authoringName(initializer.expression) === "defineActivity" ? initializer : undefined;
}

/** A function of a package is named by the package and by the name that the package exports it under. */
function packageActivity(
  view: ProgramView,
  callee: TS.Expression,
  declaration: TS.Node,
  origin: { readonly kind: "package"; readonly name: string } | { readonly kind: "ambient" },
): NamedActivity {
  const path = importedPath(view, callee);
  if (path === null) return { failure: "dynamic" };
  const home =
    origin.kind === "package"
      ? origin.name.replace(/^@types\/(?:(.+)__)?/, (_, scope) => (scope ? `@${String(scope)}/` : ""))
      : null;
  return {
    name: [...(home === null ? [] : [home]), ...path.filter((part) => part !== "default")].join("."),
    declaration,
  };
}

function importedPath(view: ProgramView, callee: TS.Expression): readonly string[] | null {
  if (ts.isPropertyAccessExpression(callee)) {
    const rest = importedPath(view, callee.expression);
    return rest === null ? null : [...rest, callee.name.text];
  }
  const local = view.checker.getSymbolAtLocation(callee)?.declarations?.[0];
  if (local === undefined) return null;
  if (ts.isNamespaceImport(local)) return [];
  if (ts.isImportClause(local)) return ["default"];
  if (ts.isImportSpecifier(local)) {
    const target = view.symbolOf(callee)?.declarations?.[0];
    // A module of the project may have re-exported it under a name of its own; the package's name for it lasts.
    const own = target === undefined ? undefined : exportNames(view, target)[0];
    return [own ?? (local.propertyName ?? local.name).text];
  }
  return ts.isIdentifier(callee) && isModuleLevel(local) ? [callee.text] : null;
}
