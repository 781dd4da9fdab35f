/*
 * Purpose: what the projects that a project refers to would write, held in memory: declarations and summaries, as `--build` would have
 * put them on disk before. Bundlers build nothing, and what was built last may be of other sources.
 * Owns: those texts, their versions, and where links lead to them.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

export interface BuiltOutputs {
  /** Of a file, by its name or by one that a link gives it; undefined where nothing was built under it. */
  textOf(path: string): string | undefined;
  /** Differs for each text that a name ever had. */
  versionOf(path: string): string | undefined;
  /** The host, which sees them before what is on the disk. */
  before<H extends DiskView>(disk: H): H;
}

export interface OutputStore extends BuiltOutputs {
  /** All that a project writes now; gives the names of what is not as it was. */
  replace(project: string, files: ReadonlyMap<string, string>): readonly string[];
}

type DiskView = Pick<
  TS.LanguageServiceHost,
  "getScriptSnapshot" | "fileExists" | "readFile" | "directoryExists" | "realpath"
>;

interface Output {
  readonly text: string;
  readonly version: string;
}

export function outputStore(): OutputStore {
  const files = new Map<string, Output>();
  const folders = new Set<string>();
  const byProject = new Map<string, readonly string[]>();
  let editions = 0;
  const real = realPaths();
  const find = (path: string): Output | undefined =>
    files.size === 0 ? undefined : (files.get(path) ?? files.get(real(path)));
  const set = (path: string, text: string): boolean => {
    if (files.get(path)?.text === text) return false;
    files.set(path, { text, version: `built-${String(++editions)}` });
    for (let at = folderOf(path); at !== "" && !folders.has(at); at = folderOf(at)) folders.add(at);
    return true;
  };
  return {
    textOf: (path) => find(path)?.text,
    versionOf: (path) => find(path)?.version,
    before: (disk) => ({
      ...disk,
      getScriptSnapshot(fileName) {
        const built = find(fileName);
        return built === undefined
          ? disk.getScriptSnapshot(fileName)
          : ts.ScriptSnapshot.fromString(built.text);
      },
      fileExists: (path) => find(path) !== undefined || disk.fileExists(path),
      readFile: (path, encoding) => find(path)?.text ?? disk.readFile(path, encoding),
      directoryExists: (path) =>
        (folders.size > 0 && folders.has(real(path))) || (disk.directoryExists?.(path) ?? true),
      realpath: (path) => (find(path) === undefined ? (disk.realpath?.(path) ?? path) : real(path)),
    }),
    replace(project, built) {
      const gone = (byProject.get(project) ?? []).filter((path) => !built.has(path));
      for (const path of gone) files.delete(path);
      byProject.set(project, Array.from(built.keys()));
      return [
        ...gone,
        ...Array.from(built)
          .filter(([path, text]) => set(path, text))
          .map(([path]) => path),
      ];
    },
  };
}

/** What was never written has no path of its own on disk, but the package that it is in has one. */
function realPaths(): (path: string) => string {
  const packages = new Map<string, string>();
  return (path) => {
    const [, folder, rest = ""] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(path) ?? [];
    if (folder === undefined) return path;
    let target = packages.get(folder);
    if (target === undefined) packages.set(folder, (target = ts.sys.realpath?.(folder) ?? folder));
    return target.replaceAll("\\", "/") + rest;
  };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
