/*
 * Purpose: finds the JavaScript that Node loads for a specifier: conditions, subpaths, `main`, extensions.
 * Does not own: reading files; what is read comes from `files`, which also notes it for the cache.
 * Given up: conditions that a bundler sets, and symbolic links where the host cannot resolve them.
 */

/** What is needed of a host; `ts.sys` fits. */
export interface ShippedFiles {
  readFile(path: string): string | undefined;
  realpath?(path: string): string;
}

export type Format = "esm" | "cjs" | "json";

export type Resolved =
  | { readonly kind: "file"; readonly path: string; readonly format: Format }
  | { readonly kind: "builtin"; readonly name: string }
  | { readonly kind: "missing"; readonly why: string };

export interface PackageJson {
  readonly root: string;
  readonly name: string;
  readonly version: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface Resolver {
  /** Resolves `specifier` as `fromFile` names it, by `import` or by `require`. */
  resolve(specifier: string, fromFile: string, how: "import" | "require"): Resolved;
  packageOf(path: string): PackageJson | null;
}

const BUILTINS = new Set(
  `assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns dns/promises domain
   events fs fs/promises http http2 https inspector module net os path path/posix path/win32 perf_hooks process punycode querystring
   readline readline/promises repl stream stream/consumers stream/promises stream/web string_decoder sys timers timers/promises tls
   trace_events tty url util util/types v8 vm wasi worker_threads zlib`.split(/\s+/),
);

export function nodeResolver(files: ShippedFiles): Resolver {
  const manifests = new Map<string, PackageJson | null>();

  const manifestIn = (folder: string): PackageJson | null => {
    let found = manifests.get(folder);
    if (found === undefined) manifests.set(folder, (found = readManifest(files, folder)));
    return found;
  };
  const exists = (path: string): boolean => files.readFile(path) !== undefined;

  /** The package.json without a name (`dist/esm/package.json`) only sets the module format. */
  function packageOf(path: string): PackageJson | null {
    for (let folder = parentOf(path); isInside(folder); folder = parentOf(folder)) {
      const manifest = manifestIn(folder);
      if (manifest !== null && manifest.name !== "") return manifest;
    }
    return null;
  }

  function formatOf(path: string): Format {
    if (path.endsWith(".json")) return "json";
    if (path.endsWith(".mjs")) return "esm";
    if (path.endsWith(".cjs")) return "cjs";
    for (let folder = parentOf(path); isInside(folder); folder = parentOf(folder)) {
      const manifest = manifestIn(folder);
      if (manifest !== null) return manifest.content["type"] === "module" ? "esm" : "cjs";
    }
    return "cjs";
  }

  const asFile = (path: string): Resolved => {
    const real = files.realpath?.(path) ?? path;
    return /\.node$/.test(path)
      ? { kind: "missing", why: `${path} is native code` }
      : { kind: "file", path: real.replaceAll("\\", "/"), format: formatOf(real) };
  };

  /** As `require` finds files: with extensions, and in folders. */
  function loose(path: string): Resolved | null {
    for (const candidate of [path, `${path}.js`, `${path}.json`, `${path}.cjs`, `${path}.node`]) {
      if (/\.\w+$/.test(candidate) && exists(candidate)) return asFile(candidate);
    }
    const main = manifestIn(path)?.content["main"];
    if (typeof main === "string" && main !== "" && main !== ".") {
      const target = join(path, main);
      const found = target === path ? null : loose(target);
      if (found !== null) return found;
    }
    for (const index of ["index.js", "index.json", "index.cjs"]) {
      if (exists(`${path}/${index}`)) return asFile(`${path}/${index}`);
    }
    return null;
  }

  function inPackage(manifest: PackageJson, subpath: string, how: "import" | "require"): Resolved {
    const exported = manifest.content["exports"];
    if (exported !== undefined && exported !== null) {
      const target = mapped(exported, subpath === "" ? "." : `./${subpath}`, conditions(how));
      if (target === null) return missing(`"${subpath}" is not among the exports of ${manifest.name}`);
      const path = join(manifest.root, target);
      return exists(path) ? asFile(path) : missing(`${manifest.name} has no file ${target}`);
    }
    const path = subpath === "" ? manifest.root : `${manifest.root}/${subpath}`;
    return (
      loose(path) ??
      missing(`${manifest.name} ships no JavaScript${subpath === "" ? "" : ` for "${subpath}"`}`)
    );
  }

  function bare(specifier: string, fromFile: string, how: "import" | "require"): Resolved {
    const parts = specifier.split("/");
    const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
    const subpath = specifier.slice(name.length + 1);
    const own = packageOf(fromFile);
    if (own !== null && own.name === name && own.content["exports"] !== undefined)
      return inPackage(own, subpath, how);
    for (let folder = parentOf(fromFile); ; folder = parentOf(folder)) {
      if (!folder.endsWith("/node_modules")) {
        const manifest = manifestIn(`${folder}/node_modules/${name}`);
        if (manifest !== null) return inPackage(manifest, subpath, how);
      }
      if (folder === "") return missing(`the package "${name}" is not installed`);
    }
  }

  return {
    packageOf,
    resolve(specifier, fromFile, how) {
      if (specifier.startsWith("node:")) return { kind: "builtin", name: specifier };
      if (BUILTINS.has(specifier)) return { kind: "builtin", name: `node:${specifier}` };
      if (/^\.{1,2}(\/|$)/.test(specifier)) {
        const path = join(parentOf(fromFile), specifier);
        if (how === "import" && exists(path)) return asFile(path);
        return loose(path) ?? missing(`there is no file ${specifier}`);
      }
      if (specifier.startsWith("#")) {
        const own = packageOf(fromFile);
        const target = own === null ? null : mapped(own.content["imports"], specifier, conditions(how));
        if (own === null || target === null)
          return missing(`"${specifier}" is not among the imports of the package`);
        return target.startsWith("./") ? asFile(join(own.root, target)) : this.resolve(target, fromFile, how);
      }
      return bare(specifier, fromFile, how);
    },
  };
}

/** `module-sync` is of newer Nodes, and stands for the same code. */
const conditions = (how: "import" | "require"): ReadonlySet<string> => new Set(["node", how, "default"]);

function missing(why: string): Resolved {
  return { kind: "missing", why };
}

/** The target of a subpath in `exports` or `imports`; null where there is none. */
function mapped(map: unknown, subpath: string, wanted: ReadonlySet<string>): string | null {
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    return subpath === "." ? target(map, "", wanted) : null;
  }
  const entries: readonly (readonly [string, unknown])[] = Object.entries(map);
  if (!entries.some(([key]) => key.startsWith(".") || key.startsWith("#"))) {
    return subpath === "." ? target(map, "", wanted) : null;
  }
  const exact = entries.find(([key]) => key === subpath);
  if (exact !== undefined) return target(exact[1], "", wanted);
  const patterns = entries
    .filter(([key]) => key.includes("*"))
    .map(([key, value]) => ({
      before: key.slice(0, key.indexOf("*")),
      after: key.slice(key.indexOf("*") + 1),
      value,
    }))
    .filter(
      ({ before, after }) =>
        subpath.startsWith(before) &&
        subpath.endsWith(after) &&
        subpath.length >= before.length + after.length,
    )
    .sort((a, b) => b.before.length - a.before.length);
  const best = patterns[0];
  return best === undefined
    ? null
    : target(best.value, subpath.slice(best.before.length, subpath.length - best.after.length), wanted);
}

/** The first condition that holds counts, as in Node. */
function target(value: unknown, star: string, wanted: ReadonlySet<string>): string | null {
  if (typeof value === "string") return value.replaceAll("*", star);
  if (Array.isArray(value)) {
    for (const each of value as readonly unknown[]) {
      const found = target(each, star, wanted);
      if (found !== null) return found;
    }
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  for (const [condition, inner] of Object.entries(value)) {
    if (!wanted.has(condition)) continue;
    const found = target(inner, star, wanted);
    if (found !== null) return found;
  }
  return null;
}

function readManifest(files: ShippedFiles, folder: string): PackageJson | null {
  const text = files.readFile(`${folder}/package.json`);
  if (text === undefined) return null;
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return null;
  }
  if (typeof content !== "object" || content === null) return null;
  const fields = content as Readonly<Record<string, unknown>>;
  const textOf = (key: string): string => (typeof fields[key] === "string" ? fields[key] : "");
  const root = parentOf(
    (files.realpath?.(`${folder}/package.json`) ?? `${folder}/package.json`).replaceAll("\\", "/"),
  );
  return { root, name: textOf("name"), version: textOf("version"), content: fields };
}

/** Still below the folder that holds packages. */
function isInside(folder: string): boolean {
  return folder !== "" && !folder.endsWith("/node_modules");
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function join(folder: string, relative: string): string {
  const parts = folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
