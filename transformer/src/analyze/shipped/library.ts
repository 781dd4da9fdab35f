/*
 * The files of packages, read when somebody asks for them and once: what a specifier leads to, and what a module exports.
 */
import { moduleLabel } from "./label.js";
import { nodeResolver } from "./resolve.js";
import type { Format, Resolved, ShippedFiles } from "./resolve.js";
import { readModule } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";

export interface Library {
  /** What `specifier` means in a file: a module, a module of Node, or why it is neither. */
  open(specifier: string, fromFile: string, how: "import" | "require"): Opened;
  /** Where an export of an ES module is declared: in a module of the package, of another one, or of Node. */
  exported(module: ShippedModule, name: string): Exported | null;
  /** The files of a module's package that its opened modules import, however deep; as text, since few are looked into. */
  filesOf(module: ShippedModule): readonly PackageFile[];
  openFile(file: PackageFile): ShippedModule;
}

export interface PackageFile {
  readonly path: string;
  readonly format: Format;
  readonly text: string;
}

export type Opened =
  | { readonly kind: "module"; readonly module: ShippedModule }
  | { readonly kind: "builtin"; readonly name: string }
  | { readonly kind: "missing"; readonly why: string };

export type Exported =
  | { readonly kind: "here"; readonly module: ShippedModule; readonly name: string }
  | { readonly kind: "module"; readonly module: ShippedModule }
  /** An export of a CommonJS module, or of one of Node. */
  | { readonly kind: "member"; readonly of: Opened; readonly name: string };

export function openLibrary(files: ShippedFiles): Library {
  const resolver = nodeResolver(files);
  const modules = new Map<string, ShippedModule>();

  const load = (resolved: Resolved): Opened => {
    if (resolved.kind !== "file") return resolved;
    const known = modules.get(resolved.path);
    if (known !== undefined) return { kind: "module", module: known };
    const text = files.readFile(resolved.path);
    if (text === undefined) return { kind: "missing", why: `${resolved.path} can't be read` };
    return { kind: "module", module: moduleAt(resolved.path, resolved.format, text) };
  };
  const moduleAt = (path: string, format: Format, text: string): ShippedModule => {
    let module = modules.get(path);
    if (module === undefined) {
      const home = resolver.packageOf(path);
      const label = moduleLabel(path, home);
      const { name = "", version = "" } = home ?? {};
      modules.set(path, (module = readModule(path, text, format, { label, package: name, version })));
    }
    return module;
  };
  const open: Library["open"] = (specifier, fromFile, how) =>
    load(resolver.resolve(specifier, fromFile, how));

  function exported(module: ShippedModule, name: string, seen = new Set<ShippedModule>()): Exported | null {
    if (seen.has(module)) return null;
    seen.add(module);
    const found = module.exports.get(name);
    if (found !== undefined) {
      if (found.kind !== "from") return { kind: "here", module, name };
      const target = open(found.specifier, module.path, "import");
      if (target.kind !== "module") return { kind: "member", of: target, name: found.name };
      return through(target.module, found.name, seen);
    }
    if (name === "default") return null;
    for (const specifier of module.stars) {
      const target = open(specifier, module.path, "import");
      if (target.kind !== "module") continue;
      // Most files of a large package do not hold the name at all.
      if (target.module.format === "esm" && !mayExport(target.module, name)) continue;
      const behind = through(target.module, name, seen);
      if (behind !== null) return behind;
    }
    return null;
  }

  function through(module: ShippedModule, name: string, seen: Set<ShippedModule>): Exported | null {
    if (name === "*") return { kind: "module", module };
    if (module.format !== "esm") return { kind: "member", of: { kind: "module", module }, name };
    return exported(module, name, new Set(seen));
  }

  const imports = /(?:\bfrom|\bimport|\brequire\s*\()\s*["'](\.{1,2}\/[^"']*)["']/g;
  const gathered = new Map<string, Map<string, PackageFile>>();
  function filesOf({ package: name }: ShippedModule): readonly PackageFile[] {
    const known = gathered.get(name) ?? new Map<string, PackageFile>();
    gathered.set(name, known);
    const queue: Pick<PackageFile, "path" | "format">[] = Array.from(modules.values()).filter(
      (module) => module.package === name && !known.has(module.path),
    );
    for (const { path, format } of queue) {
      if (known.has(path)) continue;
      const text = files.readFile(path) ?? "";
      known.set(path, { path, format, text });
      for (const [, specifier = ""] of text.matchAll(imports)) {
        const found = resolver.resolve(specifier, path, format === "cjs" ? "require" : "import");
        if (found.kind === "file" && !known.has(found.path)) queue.push(found);
      }
    }
    return Array.from(known.values());
  }

  return {
    open,
    filesOf,
    openFile: ({ path, format, text }) => moduleAt(path, format, text),
    exported: (module, name) => (name === "*" ? { kind: "module", module } : exported(module, name)),
  };
}

function mayExport(module: ShippedModule, name: string): boolean {
  return module.exports.has(name) || module.stars.length > 0;
}
