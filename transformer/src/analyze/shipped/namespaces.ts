/*
 * Modules as values: what `ns` and `ns.inner` mean, where a namespace was imported, or handed on by `export * as`.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { Exported } from "./library.js";
import type { Binding } from "./lexical.js";
import { specifierOf } from "./links.js";
import { bare } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import type { World } from "./world.js";

/** The ES module whose namespace an expression always is; null for anything else. */
export function namespaceBehind(
  world: World,
  module: ShippedModule,
  node: TS.Expression,
  depth = 0,
): ShippedModule | null {
  const at = bare(node);
  if (depth > 8) return null;
  if (ts.isPropertyAccessExpression(at)) {
    const outer = namespaceBehind(world, module, at.expression, depth + 1);
    return outer === null
      ? null
      : exportedNamespace(world, world.library.exported(outer, at.name.text), depth);
  }
  if (!ts.isIdentifier(at)) return null;
  const [declaration, second] = module.lexical.resolve(at)?.declarations ?? [];
  if (declaration === undefined || second !== undefined) return null;
  if (ts.isNamespaceImport(declaration)) return esModule(world, module, specifierOf(declaration));
  if (!ts.isImportSpecifier(declaration)) return null;
  const from = esModule(world, module, specifierOf(declaration));
  const name = (declaration.propertyName ?? declaration.name).text;
  return from === null ? null : exportedNamespace(world, world.library.exported(from, name), depth);
}

function exportedNamespace(world: World, exported: Exported | null, depth: number): ShippedModule | null {
  if (exported?.kind === "module") return exported.module.format === "esm" ? exported.module : null;
  if (exported?.kind !== "here") return null;
  const found = exported.module.exports.get(exported.name);
  return found?.kind === "local" ? namespaceBehind(world, exported.module, found.name, depth + 1) : null;
}

function esModule(world: World, module: ShippedModule, specifier: string): ShippedModule | null {
  const opened = world.library.open(specifier, module.path, "import");
  return opened.kind === "module" && opened.module.format === "esm" ? opened.module : null;
}

/** A binding of another module, or of this one, that a name stands for. */
export interface Home {
  readonly module: ShippedModule;
  readonly binding: Binding;
}

/** Where the variable lives that an expression names: here, or behind imports and namespaces. */
export function homeOf(world: World, module: ShippedModule, node: TS.Expression): Home | null {
  const at = bare(node);
  if (ts.isPropertyAccessExpression(at)) {
    const outer = namespaceBehind(world, module, at.expression);
    return outer === null ? null : homeOfExport(world, world.library.exported(outer, at.name.text));
  }
  if (!ts.isIdentifier(at)) return null;
  const binding = module.lexical.resolve(at);
  return binding === null ? null : homeOfBinding(world, module, binding);
}

export function homeOfBinding(world: World, module: ShippedModule, binding: Binding): Home | null {
  const [declaration] = binding.declarations;
  if (declaration === undefined || ts.isNamespaceImport(declaration)) return null;
  if (!ts.isImportSpecifier(declaration) && !ts.isImportClause(declaration)) return { module, binding };
  const from = esModule(world, module, specifierOf(declaration));
  const name = ts.isImportClause(declaration)
    ? "default"
    : (declaration.propertyName ?? declaration.name).text;
  return from === null ? null : homeOfExport(world, world.library.exported(from, name));
}

function homeOfExport(world: World, exported: Exported | null): Home | null {
  if (exported?.kind !== "here") return null;
  const { module } = exported;
  const found = module.exports.get(exported.name);
  const name =
    found?.kind === "local"
      ? found.name
      : found?.kind === "value" && ts.isIdentifier(found.node)
        ? found.node
        : null;
  const binding = name === null ? null : module.lexical.resolve(name);
  return binding === null ? null : homeOfBinding(world, module, binding);
}
