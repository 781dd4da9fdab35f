/*
 * Purpose: says to which package a source file belongs, in terms that every checkout shares.
 * Owns: the search for the nearest package.json that has a name.
 * Does not own: reading files; the host hands in how.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";

/** What is needed of a host; `ts.sys` fits. */
export interface FileReader {
  readFile(path: string): string | undefined;
  /** Where a linked file really lies; the path itself where the host has no links. */
  realpath?(path: string): string;
  /** Where answers on packages are kept between processes. */
  readonly kept?: KeptAnswers;
}

/** Texts by key. Nobody relies on one: it may be gone, or cut off. */
export interface KeptAnswers {
  /** Stands for the code that writes and reads them. */
  readonly analysis: string;
  read(key: string): string | undefined;
  write(key: string, text: string): void;
}

/** Where a file lives, independent of the checkout's folder. */
export interface FileLocation {
  /** Name of the package, or `"."` where no package.json above the file has one. */
  readonly package: string;
  /** Relative to the package's root, with forward slashes. */
  readonly path: string;
}

/** Locates files; keeps what it found, so make a new one per compilation. */
export function fileLocator(
  currentDirectory: string,
  files: FileReader = ts.sys,
): (file: TS.SourceFile) => FileLocation {
  const known = new Map<string, { readonly name: string; readonly root: string } | null>();
  const packageAbove = (folder: string): { readonly name: string; readonly root: string } | null => {
    const seen = known.get(folder);
    if (seen !== undefined) return seen;
    const name = packageName(files.readFile(`${folder}/package.json`));
    const parent = folder.replace(/\/[^/]*$/, "");
    const found = name !== null ? { name, root: folder } : parent === folder ? null : packageAbove(parent);
    known.set(folder, found);
    return found;
  };
  return (file) => {
    const fileName = file.fileName.replaceAll("\\", "/");
    const found = packageAbove(fileName.replace(/\/[^/]*$/, ""));
    const root = found?.root ?? currentDirectory.replaceAll("\\", "/").replace(/\/$/, "");
    const path = fileName.startsWith(`${root}/`)
      ? fileName.slice(root.length + 1)
      : fileName.replace(/^\/+/, "");
    return { package: found?.name ?? ".", path };
  };
}

/** The key of a module within a program: `shop/src/order` for `src/order.ts` of the package `shop`. */
export function moduleKey(location: FileLocation): string {
  return `${location.package}/${location.path.replace(/(?<!\.d)\.(ts|tsx|js|jsx)$/, "")}`;
}

/**
 * The base name by which durable names call a module: `payments` for `activities/payments.ts`, and the folder's name for an
 * `index` module, so that moving a folder changes no name.
 */
export function moduleBaseName(location: FileLocation): string {
  const parts = location.path.replace(/\.(d\.)?[cm]?[jt]sx?$/, "").split("/");
  const last = parts.pop() ?? "";
  if (last !== "index") return last;
  const folder = parts.pop();
  return folder === undefined || folder === "src" ? (location.package.split("/").pop() ?? last) : folder;
}

function packageName(text: string | undefined): string | null {
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
