/*
 * Purpose: what stands for a package whose version does not: one that is linked (`workspace:`, `link:`, `file:`, or by a symbolic link
 * alone) is edited in place, and its range and version stay what they are.
 * Owns: which packages these are, and which of their files count.
 *
 * Invariants
 *  1. The digest is of what Node would load for the specifier, as text, whatever of it a workflow reaches: too much rather than too little.
 *  2. No folder of this machine is in it, and no line ending.
 */
import { canonicalJson, sha256 } from "@continuum/contract";
import { ts } from "../../compiler/ts.js";
import type { FileReader } from "../../compiler/packages.js";
import { moduleLabel } from "./label.js";
import { nodeResolver } from "./resolve.js";
import type { PackageJson } from "./resolve.js";

/** The digest of the code behind a package's specifier; null where the version of the package says what it is. */
export type LinkedContent = (specifier: string, fromFile: string, range: string) => string | null;

/** Ranges under which a package may lie in node_modules and still be what somebody edits: copies of a folder. */
const OF_A_FOLDER = /^(file|link|portal|workspace):/;

export function linkedContent(files: FileReader): LinkedContent {
  const resolver = nodeResolver(files);
  const digests = new Map<string, string>();

  const digestFrom = (entry: string, root: string): string => {
    const texts = new Map<string, string>();
    const installed = new Set<string>();
    const queue = [entry];
    for (const path of queue) {
      const home = resolver.packageOf(path);
      const label = moduleLabel(path, home);
      if (texts.has(label)) continue;
      const text = (files.readFile(path) ?? "").replaceAll("\r\n", "\n");
      texts.set(label, text);
      if (path.endsWith(".json")) continue;
      for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
        const found = [
          resolver.resolve(fileName, path, "import"),
          resolver.resolve(fileName, path, "require"),
        ];
        for (const each of found) {
          if (each.kind !== "file") continue;
          if (isEdited(each.path) || resolver.packageOf(each.path)?.root === root) queue.push(each.path);
          else installed.add(`${fileName} ${rangeIn(home, fileName)}`);
        }
      }
    }
    return sha256(canonicalJson({ texts: byName(texts), installed: Array.from(installed).sort() }));
  };

  const contentOf: LinkedContent = (specifier, fromFile, range) => {
    const found = resolver.resolve(specifier, fromFile, "import");
    if (found.kind !== "file") return null;
    const root = resolver.packageOf(found.path)?.root;
    if (root === undefined || !(isEdited(root) || OF_A_FOLDER.test(range))) return null;
    let digest = digests.get(found.path);
    if (digest === undefined) digests.set(found.path, (digest = digestFrom(found.path, root)));
    return digest;
  };

  // Each workflow asks for each of its modules' imports, and what they mean is the same within a folder.
  const answers = new Map<string, string | null>();
  return (specifier, fromFile, range) => {
    const from = fromFile.replaceAll("\\", "/");
    const key = [specifier, from.slice(0, from.lastIndexOf("/")), range].join("\n");
    let answer = answers.get(key);
    if (answer === undefined) answers.set(key, (answer = contentOf(specifier, from, range)));
    return answer;
  };
}

/** Package managers put what they have installed below a folder of that name, wherever they link to it from. */
function isEdited(realPath: string): boolean {
  return !`${realPath}/`.includes("/node_modules/");
}

/** The range under which a package uses another one. */
function rangeIn(home: PackageJson | null, specifier: string): string {
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  for (const field of ["dependencies", "peerDependencies", "optionalDependencies"]) {
    const ranges = home?.content[field];
    if (typeof ranges !== "object" || ranges === null) continue;
    const range = (ranges as Readonly<Record<string, unknown>>)[name];
    if (typeof range === "string") return range;
  }
  return "*";
}

function byName(texts: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
