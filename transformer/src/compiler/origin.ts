/*
 * Where a declaration comes from. This decides what the analysis does with it: follow it (project), look it up (platform),
 * know it (continuum), or ask whether the user vouches for it (package, ambient).
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";
import type { FileLocation } from "./packages.js";

export type Origin =
  | { readonly kind: "project" }
  /** Shipped with TypeScript, or `@types/node` and what it builds on: judged by the table of known APIs. */
  | { readonly kind: "platform" }
  | { readonly kind: "continuum" }
  | { readonly kind: "package"; readonly name: string }
  /** `declare …` in the project: its code is nowhere. */
  | { readonly kind: "ambient" };

const PLATFORM_PACKAGES: ReadonlySet<string> = new Set(["@types/node", "undici-types", "buffer"]);
const CONTINUUM_PACKAGES: ReadonlySet<string> = new Set(["@continuum/runtime", "@continuum/contract"]);

/** Does the code of a package belong to Continuum itself? */
export function isContinuum(packageName: string): boolean {
  return CONTINUUM_PACKAGES.has(packageName);
}

/** Names the origin of any declaration of `program`. */
export function originFinder(
  program: TS.Program,
  locationOf: (file: TS.SourceFile) => FileLocation,
  linked: ReadonlyMap<TS.SourceFile, unknown>,
): (declaration: TS.Node) => Origin {
  const files = new Map<TS.SourceFile, Origin>();
  let own: ReadonlySet<string> | null = null;
  const isOwn = (name: string): boolean => {
    own ??= new Set(
      program
        .getSourceFiles()
        .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file))
        .map((file) => locationOf(file).package),
    );
    return own.has(name);
  };
  const ofFile = (file: TS.SourceFile): Origin => {
    if (program.isSourceFileDefaultLibrary(file)) return { kind: "platform" };
    if (linked.has(file)) return { kind: "project" };
    const name = locationOf(file).package;
    if (isContinuum(name)) return { kind: "continuum" };
    if (PLATFORM_PACKAGES.has(name)) return { kind: "platform" };
    if (program.isSourceFileFromExternalLibrary(file) || /\/node_modules\//.test(file.fileName)) {
      return { kind: "package", name };
    }
    if (!file.isDeclarationFile) return { kind: "project" };
    // Declarations of a linked package that the tsconfig includes, or names by a path: a module of another package is that package's.
    return ts.isExternalModule(file) && !isOwn(name) ? { kind: "package", name } : { kind: "ambient" };
  };
  const find = (declaration: TS.Node): Origin => {
    const file = declaration.getSourceFile();
    let origin = files.get(file);
    if (origin === undefined) files.set(file, (origin = ofFile(file)));
    return origin.kind === "project" && isAmbient(declaration)
      ? (ambientModule(declaration) ?? { kind: "ambient" })
      : origin;
  };
  // Each reference to a declaration asks.
  const known = new Map<TS.Node, Origin>();
  return (declaration) => {
    let origin = known.get(declaration);
    if (origin === undefined) known.set(declaration, (origin = find(declaration)));
    return origin;
  };
}

function isAmbient(declaration: TS.Node): boolean {
  return ts.findAncestor(declaration, hasDeclareKeyword) !== undefined;
}

/** `declare module "left-pad" { … }` in the project stands for the package of that name. */
function ambientModule(declaration: TS.Node): Origin | null {
  const module = ts.findAncestor(declaration, ts.isModuleDeclaration);
  if (module === undefined || !ts.isStringLiteral(module.name)) return null;
  // `declare module "./order.js" { interface Order { … } }`: more of what a module of the project declares.
  return /^\.\.?(\/|$)/.test(module.name.text)
    ? { kind: "project" }
    : { kind: "package", name: module.name.text };
}

function hasDeclareKeyword(node: TS.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword) ?? false)
  );
}
