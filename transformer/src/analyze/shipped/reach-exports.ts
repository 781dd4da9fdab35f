/*
 * From the exports of a module that reached code names to what they are: through re-exports, `export *` and CommonJS.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { hasFilledExports } from "./filled-exports.js";
import type { Exported } from "./library.js";
import { loadedBinding, loadedValue } from "./loaded.js";
import { deedOf } from "./platform.js";
import { specifierOf } from "./links.js";
import type { ShippedModule } from "./shipped-module.js";
import type { Step, World } from "./world.js";

/** The exports of a module by name, then members of them; all of them where no name is given. */
export function reachModule(
  world: World,
  from: ShippedModule,
  specifier: string,
  how: "import" | "require",
  node: TS.Node,
  step: Step,
  names: readonly string[] = [],
): void {
  const opened = world.library.open(specifier, from.path, how);
  if (opened.kind === "missing") {
    world.find(from, node, { kind: "unknown", what: `"${specifier}" (${opened.why})` }, step);
  } else if (opened.kind === "builtin") {
    const deed = deedOf([opened.name, ...names], node);
    if (deed !== null) world.find(from, node, deed, step);
  } else reachExports(world, opened.module, names, from, node, step);
}

export function reachExports(
  world: World,
  module: ShippedModule,
  names: readonly string[],
  from: ShippedModule,
  node: TS.Node,
  step: Step,
): void {
  if (module.format === "json") return;
  const [first, ...rest] = names;
  if (module.format === "cjs") {
    reachCommonJs(world, module, step);
    for (const name of names) world.use(name, step);
    // `require("./polyfill.js");` takes nothing.
    if (node.parent !== undefined && ts.isExpressionStatement(node.parent)) return;
    const named = names.find((name) => name !== "default" && name !== "*");
    world.lastly(() => {
      if (named === undefined ? hasFilledExports(world, module) : world.isStored(named)) return;
      const what =
        named === undefined
          ? `exports, which ${module.label} fills in a way that can't be followed`
          : `${named}, which ${module.label} exports in a way that can't be followed`;
      world.find(from, node, { kind: "unknown", what }, step);
    });
    return;
  }
  if (first === undefined || first === "*") {
    for (const name of module.exports.keys()) reachExports(world, module, [name], from, node, step);
    for (const specifier of module.stars) reachModule(world, module, specifier, "import", module.file, step);
    return;
  }
  const exported = world.library.exported(module, first);
  if (exported === null) {
    world.find(
      from,
      node,
      { kind: "unknown", what: `${first}, which ${module.label} does not export` },
      step,
    );
    return;
  }
  reachExported(world, exported, rest, from, node, step);
}

function reachExported(
  world: World,
  exported: Exported,
  rest: readonly string[],
  from: ShippedModule,
  node: TS.Node,
  step: Step,
): void {
  if (exported.kind === "module") {
    reachExports(world, exported.module, rest, from, node, step);
    return;
  }
  if (exported.kind === "member") {
    if (exported.of.kind === "module")
      reachExports(world, exported.of.module, [exported.name, ...rest], from, node, step);
    else if (exported.of.kind === "missing")
      world.find(from, node, { kind: "unknown", what: exported.of.why }, step);
    else {
      const deed = deedOf([exported.of.name, exported.name, ...rest], node);
      if (deed !== null) world.find(from, node, deed, step);
    }
    return;
  }
  const { module } = exported;
  const found = module.exports.get(exported.name);
  for (const name of rest) world.use(name, step);
  if (found?.kind === "value") loadedValue(world, module, found.node, step);
  if (found?.kind !== "local") return;
  const binding = module.lexical.resolve(found.name);
  if (binding === null) return;
  const imported = binding.declarations[0];
  if (imported !== undefined && isImport(imported)) {
    reachImported(world, module, imported, node, step, rest);
    return;
  }
  if (step.parent === null) world.exposed.add(binding);
  loadedBinding(world, module, binding, node, step, false);
}

function reachCommonJs(world: World, module: ShippedModule, step: Step): void {
  if (world.used.has(module)) return;
  world.used.add(module);
  world.use("exports", step);
  for (const name of ["exports", "module"]) {
    const binding = module.lexical.top.get(name);
    if (binding !== undefined) loadedBinding(world, module, binding, module.file, step, false);
  }
}

export type Import = TS.ImportSpecifier | TS.ImportClause | TS.NamespaceImport;

export function isImport(node: TS.Node): node is Import {
  return ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node);
}

export function reachImported(
  world: World,
  module: ShippedModule,
  declaration: Import,
  node: TS.Node,
  step: Step,
  rest: readonly string[] = [],
): void {
  const names = ts.isNamespaceImport(declaration)
    ? []
    : [ts.isImportClause(declaration) ? "default" : (declaration.propertyName ?? declaration.name).text];
  reachModule(world, module, specifierOf(declaration), "import", node, step, [...names, ...rest]);
}
