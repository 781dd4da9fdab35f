/*
 * From a tsconfig.json, or from a list of files, to a TypeScript program. Here, and in the project of `project.ts`, is all
 * the reading that the library's hosts do.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { ConfigurationError } from "./configuration-error.js";

/** What makes a program: a `tsconfig.json`, or its `rootNames`, or both (then the files replace the config's). */
export interface ProgramSource {
  /** Path of a tsconfig.json, or of a folder that has one at it or above it. */
  readonly tsconfig?: string;
  /** The program's files. */
  readonly rootNames?: readonly string[];
  /** On top of those of the tsconfig. */
  readonly compilerOptions?: TS.CompilerOptions;
  /** What relative paths start from. Default: the process's. */
  readonly currentDirectory?: string;
}

export interface ProgramInputs {
  readonly rootNames: readonly string[];
  readonly options: TS.CompilerOptions;
  readonly currentDirectory: string;
  readonly configErrors: readonly TS.Diagnostic[];
}

/** @throws ConfigurationError when there is nothing to compile, or the tsconfig can't be read. */
export function readProgramInputs(source: ProgramSource): ProgramInputs {
  const currentDirectory = source.currentDirectory ?? ts.sys.getCurrentDirectory();
  const absolute = (path: string): string =>
    ts.sys.resolvePath(isRooted(path) ? path : `${currentDirectory}/${path}`).replaceAll("\\", "/");
  if (source.tsconfig === undefined) {
    if (source.rootNames === undefined || source.rootNames.length === 0) {
      throw new ConfigurationError(
        "CTM1302",
        "There is nothing to compile: neither a tsconfig nor rootNames was given.",
        'Pass { tsconfig: "tsconfig.json" }, or { rootNames: ["src/order.ts"] }.',
      );
    }
    const options = source.compilerOptions ?? {};
    return { rootNames: source.rootNames.map(absolute), options, currentDirectory, configErrors: [] };
  }
  const given = absolute(source.tsconfig);
  const path = ts.sys.directoryExists(given)
    ? (ts.findConfigFile(given, (file) => ts.sys.fileExists(file)) ?? `${given}/tsconfig.json`)
    : given;
  const read = ts.readConfigFile(path, (file) => ts.sys.readFile(file));
  if (read.error !== undefined) {
    throw new ConfigurationError(
      "CTM1303",
      `${path} can't be read: ${ts.flattenDiagnosticMessageText(read.error.messageText, "\n")}`,
      "Pass the path of an existing tsconfig.json, or of its folder.",
    );
  }
  const folder = path.replace(/\/[^/]*$/, "");
  const parsed = ts.parseJsonConfigFileContent(read.config, ts.sys, folder, undefined, path);
  return {
    rootNames: source.rootNames?.map(absolute) ?? parsed.fileNames,
    options: { ...parsed.options, ...source.compilerOptions },
    currentDirectory,
    configErrors: parsed.errors,
  };
}

export function openProgram(inputs: ProgramInputs): TS.Program {
  const host = ts.createCompilerHost(inputs.options, true);
  host.getCurrentDirectory = () => inputs.currentDirectory;
  return ts.createProgram({
    rootNames: inputs.rootNames,
    options: inputs.options,
    host,
    configFileParsingDiagnostics: inputs.configErrors,
  });
}

function isRooted(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}
