/*
 * How a language service that lives while files are edited sees the disk. Which files there are, and which of them changed, its
 * owner knows.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

export function diskHost(
  currentDirectory: string,
): Omit<TS.LanguageServiceHost, "getCompilationSettings" | "getScriptFileNames" | "getScriptVersion"> {
  return {
    getScriptSnapshot: (fileName) => {
      const text = ts.sys.readFile(fileName);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
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
