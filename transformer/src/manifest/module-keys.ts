import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

/** Where a file lives in the terms that every checkout shares. */
export interface ModuleLocation {
  /** Name of the package, or `"."` where no package.json above the file has one. */
  readonly package: string;
  /** Relative to the package's root, with forward slashes. */
  readonly path: string;
}

/** What is needed of a host to find a package's root; `ts.sys` fits. */
export interface PackageFiles {
  readFile(path: string): string | undefined;
}

/**
 * A function that locates source files by the nearest package.json that has a name. Results are kept for as long as the
 * function is: make a new one for each compilation, since a package can be renamed between two.
 */
export function moduleLocator(
  currentDirectory: string,
  files: PackageFiles = ts.sys,
): (file: TS.SourceFile) => ModuleLocation {
  const roots = new Map<string, { readonly name: string; readonly root: string } | null>();
  const rootOf = (folder: string): { readonly name: string; readonly root: string } | null => {
    const known = roots.get(folder);
    if (known !== undefined) return known;
    const name = packageNameIn(folder, files);
    const parent = folder.replace(/\/[^/]*$/, "");
    const found = name !== null ? { name, root: folder } : folder === "" || parent === folder ? null : rootOf(parent);
    roots.set(folder, found);
    return found;
  };
  return (file) => {
    const fileName = file.fileName.replaceAll("\\", "/");
    const found = rootOf(fileName.replace(/\/[^/]*$/, ""));
    const root = found?.root ?? currentDirectory.replaceAll("\\", "/").replace(/\/$/, "");
    const path = fileName.startsWith(`${root}/`) ? fileName.slice(root.length + 1) : fileName.replace(/^\/+/, "");
    return { package: found?.name ?? ".", path };
  };
}

/**
 * The prefix of a module's site keys, for example `shop/src/order`. `.mts` and `.cts` stay, because `a.ts` and `a.mts` are
 * two modules of one folder.
 */
export function moduleKeyOf(location: ModuleLocation): string {
  return `${location.package}/${location.path.replace(/(?<!\.d)\.(ts|tsx|js|jsx)$/, "")}`;
}

function packageNameIn(folder: string, files: PackageFiles): string | null {
  const text = files.readFile(`${folder}/package.json`);
  if (text === undefined) return null;
  try {
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (typeof content !== "object" || content === null || !("name" in content)) return null;
    return typeof content.name === "string" && content.name !== "" ? content.name : null;
  } catch {
    // A broken package.json is the package manager's to report; the folder just is no package here.
    return null;
  }
}
