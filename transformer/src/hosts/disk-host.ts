/*
 * How a language service that lives while files are edited sees the disk. Which files there are, and which of them changed, its
 * owner knows.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

export function diskHost(
  currentDirectory: string,
  versionOf: (fileName: string) => string,
): Omit<TS.LanguageServiceHost, "getCompilationSettings" | "getScriptFileNames"> {
  const snapshots = new Map<string, { readonly version: string; readonly text: TS.IScriptSnapshot }>();
  return {
    getScriptVersion: versionOf,
    // The service asks for every file at every edit: one of the version that was read is not read again.
    getScriptSnapshot: (fileName) => {
      const version = versionOf(fileName);
      const known = snapshots.get(fileName);
      if (known?.version === version) return known.text;
      const read = ts.sys.readFile(fileName);
      if (read === undefined) {
        snapshots.delete(fileName);
        return undefined;
      }
      const text = ts.ScriptSnapshot.fromString(read);
      snapshots.set(fileName, { version, text });
      return text;
    },
    getCurrentDirectory: () => currentDirectory,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path, encoding) => ts.sys.readFile(path, encoding),
    directoryExists: (path) => ts.sys.directoryExists(path),
    readDirectory: (path, extensions, exclude, include, depth) =>
      ts.sys.readDirectory(path, extensions, exclude, include, depth),
    getDirectories: (path) => ts.sys.getDirectories(path),
    ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
  };
}
