/*
 * The stable name of a declaration of the platform, as the table of known APIs spells it: the container that declares the
 * member, then the member. `Math.random`, `DateConstructor.now`, `Date.getHours`, `setTimeout`, `node:fs.readFileSync`.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";

/** The name of `declaration`, and that of what contains it (null for a global). */
export interface QualifiedName {
  readonly name: string;
  readonly container: string | null;
}

export function qualifiedName(declaration: TS.Node): QualifiedName {
  let name = names.get(declaration);
  if (name === undefined) names.set(declaration, (name = nameOf(declaration)));
  return name;
}

/** A declaration's name never changes, and the library's are asked for at every use. */
const names = new WeakMap<TS.Node, QualifiedName>();

function nameOf(declaration: TS.Node): QualifiedName {
  const container = containerName(declaration.parent);
  const own = signatureName(declaration) ?? declaredName(declaration);
  return { name: container === null ? own : `${container}.${own}`, container };
}

function containerName(node: TS.Node | undefined): string | null {
  for (let at = node; at !== undefined && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isModuleDeclaration(at)) {
      if (ts.isStringLiteral(at.name))
        return at.name.text.startsWith("node:") ? at.name.text : `node:${at.name.text}`;
      if ((at.flags & ts.NodeFlags.GlobalAugmentation) !== 0) return null;
      const outer = containerName(at.parent);
      return outer === null ? at.name.text : `${outer}.${at.name.text}`;
    }
    if (ts.isInterfaceDeclaration(at) || ts.isClassLike(at)) {
      const outer = containerName(at.parent);
      const own = at.name?.text ?? "default";
      return outer === null ? own : `${outer}.${own}`;
    }
    // `declare var x: { new (): X; prototype: X }`: the members belong to the variable.
    if (ts.isVariableDeclaration(at)) return qualifiedName(at).name;
  }
  return null;
}

function signatureName(node: TS.Node): string | null {
  if (ts.isConstructSignatureDeclaration(node) || ts.isConstructorDeclaration(node)) return "new";
  if (ts.isCallSignatureDeclaration(node)) return "call";
  return null;
}

function declaredName(node: TS.Node): string {
  const name = ts.getNameOfDeclaration(node as TS.Declaration);
  if (name === undefined) return "default";
  if (ts.isComputedPropertyName(name)) return `[${name.expression.getText()}]`;
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isPrivateIdentifier(name)
    ? name.text
    : name.getText();
}
