/*
 * From a tsconfig.json, or from a list of files, to a TypeScript program. Here, and in the project of `project.ts`, is all
 * the reading that the library's hosts do.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { ConfigurationError } from "./configuration-error.js";
import { shareDeclarations } from "./shared-declarations.js";
import { commonRoot, isBeforeSix, ownTypeScript, withOwnDefaults } from "./own-typescript.js";

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
  /** The projects that the tsconfig refers to. */
  readonly references: readonly TS.ProjectReference[];
  /** The tsconfig that was read. */
  readonly configPath: string | null;
  /** It, and those that it extends. */
  readonly configFiles: readonly string[];
}

/** TypeScript keeps the property out of its public types. */
interface ParsedConfig extends TS.TsConfigSourceFile {
  readonly parseDiagnostics: readonly TS.Diagnostic[];
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
    return {
      rootNames: source.rootNames.map(absolute),
      options,
      currentDirectory,
      configErrors: [],
      references: [],
      configPath: null,
      configFiles: [],
    };
  }
  const given = absolute(source.tsconfig);
  const path = ts.sys.directoryExists(given)
    ? (ts.findConfigFile(given, (file) => ts.sys.fileExists(file)) ?? `${given}/tsconfig.json`)
    : given;
  const config = ts.readJsonConfigFile(path, (file) => ts.sys.readFile(file)) as ParsedConfig;
  const [broken] = config.parseDiagnostics;
  if (broken !== undefined) {
    throw new ConfigurationError(
      "CTM1303",
      `${path}${placeIn(config, broken)} can't be read: ${ts.flattenDiagnosticMessageText(broken.messageText, "\n")}`,
      broken.start === undefined
        ? "Pass the path of an existing tsconfig.json, or of its folder."
        : "Mend the tsconfig there.",
    );
  }
  const folder = path.replace(/\/[^/]*$/, "");
  const parsed = ts.parseJsonSourceFileConfigFileContent(config, ts.sys, folder, undefined, path);
  const rootNames = source.rootNames?.map(absolute) ?? parsed.fileNames;
  const own = ownTypeScript(folder);
  const options = withOwnDefaults({ ...parsed.options, ...source.compilerOptions }, own);
  const root = isBeforeSix(own) && options.composite !== true ? commonRoot(rootNames) : undefined;
  return {
    rootNames,
    options: root === undefined ? options : { rootDir: root, ...options },
    currentDirectory,
    configErrors: parsed.errors,
    references: parsed.projectReferences ?? [],
    configPath: path,
    configFiles: [path, ...(config.extendedSourceFiles ?? [])],
  };
}

/**
 * A host for one program, which reads files as tsc does: the binder sets parents, before anybody looks at a node, of comments only
 * those are parsed that can hold a mistake, and each folder is looked for once.
 */
export function compilerHost(options: TS.CompilerOptions): TS.CompilerHost {
  const host = shareDeclarations(ts.createCompilerHost(options), options, "plain");
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeErrors;
  const { directoryExists } = host;
  if (directoryExists !== undefined) host.directoryExists = askedOnce(directoryExists);
  return host;
}

function askedOnce(ask: (path: string) => boolean): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    let answer = known.get(path);
    if (answer === undefined) known.set(path, (answer = ask(path)));
    return answer;
  };
}

export function openProgram(inputs: ProgramInputs): TS.Program {
  const host = compilerHost(inputs.options);
  host.getCurrentDirectory = () => inputs.currentDirectory;
  return ts.createProgram({
    rootNames: inputs.rootNames,
    options: inputs.options,
    projectReferences: inputs.references,
    host,
    configFileParsingDiagnostics: inputs.configErrors,
  });
}

/** `:3:14`; empty for a file that is not there. */
function placeIn(config: TS.TsConfigSourceFile, { start }: TS.Diagnostic): string {
  if (start === undefined) return "";
  const { line, character } = ts.getLineAndCharacterOfPosition(config, start);
  return `:${String(line + 1)}:${String(character + 1)}`;
}

function isRooted(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}
