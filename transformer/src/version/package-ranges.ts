/*
 * The version range under which a project uses a package. The range as written in package.json counts, not what happens to
 * be installed, so that two machines with one checkout agree.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

const FIELDS = ["dependencies", "peerDependencies", "optionalDependencies", "devDependencies"] as const;

/** Names the range of a module specifier as seen from a file; null for built-in modules, `*` where none is written. */
export function packageRanges(
  readFile: (path: string) => string | undefined = ts.sys.readFile,
): (specifier: string, from: TS.SourceFile) => { readonly name: string; readonly range: string } | null {
  const folders = new Map<string, ReadonlyMap<string, string>>();
  const rangesIn = (folder: string): ReadonlyMap<string, string> => {
    let ranges = folders.get(folder);
    if (ranges === undefined) folders.set(folder, (ranges = readRanges(readFile(`${folder}/package.json`))));
    return ranges;
  };
  const installed = new Map<string, boolean>();
  const isInstalledIn = (folder: string, name: string): boolean => {
    const path = `${folder}/node_modules/${name}/package.json`;
    let answer = installed.get(path);
    if (answer === undefined) installed.set(path, (answer = readFile(path) !== undefined));
    return answer;
  };
  return (specifier, from) => {
    const name = packageOf(specifier);
    if (name === null) return null;
    let folder = from.fileName.replaceAll("\\", "/").replace(/\/[^/]*$/, "");
    for (;;) {
      const range = rangesIn(folder).get(name);
      if (range !== undefined) return { name, range };
      // Whoever uses what it does not name: what stands further out is none of the checkout's.
      if (isInstalledIn(folder, name)) return { name, range: "*" };
      const parent = folder.replace(/\/[^/]*$/, "");
      if (parent === folder) return { name, range: "*" };
      folder = parent;
    }
  };
}

/** The package that a module specifier names; null for modules of the project and of Node. */
export function packageOf(specifier: string): string | null {
  if (/^(node:|\.|\/)/.test(specifier)) return null;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? null);
}

function readRanges(text: string | undefined): ReadonlyMap<string, string> {
  const ranges = new Map<string, string>();
  if (text === undefined) return ranges;
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return ranges;
  }
  if (typeof content !== "object" || content === null) return ranges;
  for (const field of FIELDS) {
    const dependencies = (content as Record<string, unknown>)[field];
    if (typeof dependencies !== "object" || dependencies === null) continue;
    for (const [name, range] of Object.entries(dependencies)) {
      if (typeof range === "string" && !ranges.has(name)) ranges.set(name, range);
    }
  }
  return ranges;
}
