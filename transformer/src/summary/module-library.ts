/*
 * The modules of other programs that a program can be linked with, found from their declarations: each is looked up once, with
 * what its summary says, or why that can't be used.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { askedDigest, readSummary, summaryFileName } from "./summary.js";
import type { Summary } from "./summary.js";

/** A module of another program, known by its source. */
export interface LinkedModule {
  readonly summary: Summary;
  readonly digest: string;
  /** File name of the declarations that it replaces. */
  readonly declarations: string;
  /** File name of its source, whether or not there is such a file. */
  readonly source: string;
}

/** What programs have beyond their public type: the host's view of the disk, and what was resolved. */
export interface ProgramInternals {
  fileExists?(path: string): boolean;
  readFile?(path: string): string | undefined;
  directoryExists?(path: string): boolean;
  realpath?(path: string): string;
  /** Of all projects that the program's references lead to. */
  getRedirectFromSourceFile?(fileName: string): { readonly outputDts?: string } | undefined;
  isSourceOfProjectReferenceRedirect?(fileName: string): boolean;
  getResolvedModule?(
    file: TS.SourceFile,
    name: string,
    mode: TS.ResolutionMode,
  ): TS.ResolvedModuleWithFailedLookupLocations | undefined;
}

export type Disk = Pick<
  TS.CompilerHost,
  "readFile" | "fileExists" | "directoryExists" | "realpath" | "getCurrentDirectory"
>;

/** What the program's host sees of the disk. A host need not know folders: then only files are asked for. */
export function diskOf(program: TS.Program): Disk {
  const host = program as TS.Program & ProgramInternals;
  const { directoryExists } = host;
  return {
    readFile: (path) => (host.readFile ?? ts.sys.readFile)(path),
    fileExists: (path) => (host.fileExists ?? ts.sys.fileExists)(path),
    realpath: (path) => (host.realpath ?? ts.sys.realpath)?.(path) ?? path,
    getCurrentDirectory: () => program.getCurrentDirectory(),
    ...(directoryExists === undefined ? {} : { directoryExists: (path) => directoryExists(path) }),
  };
}

export interface ModuleLibrary {
  /** The module behind declarations; null where there is none to link. */
  of(declarations: string): LinkedModule | null;
  /** By the file name of the source. */
  readonly modules: ReadonlyMap<string, LinkedModule>;
  readonly broken: ReadonlyMap<string, string>;
}

export function moduleLibrary(program: TS.Program, disk: Disk): ModuleLibrary {
  const known = new Map<string, LinkedModule | null>();
  const modules = new Map<string, LinkedModule>();
  const broken = new Map<string, string>();
  const load = (declarations: string): LinkedModule | null => {
    const text = program.getSourceFile(declarations)?.text ?? disk.readFile(declarations) ?? "";
    const digest = askedDigest(text);
    if (digest === null) return null;
    const fileName = summaryFileName(declarations);
    const summary = readSummary(disk.readFile(fileName), digest);
    if ("failure" in summary) {
      broken.set(declarations, summary.failure);
      return null;
    }
    const written = joinPath(folderOf(fileName), summary.source);
    // Of a published package there may be no sources, or its folder may be another one than where they were.
    const source = disk.fileExists(written) ? written : besideDeclarations(declarations, summary.source);
    // A program that holds the source itself, as editors do, has nothing to link.
    if (program.getSourceFile(source)?.isDeclarationFile === false) return null;
    const module = { summary, digest, declarations, source };
    modules.set(source, module);
    return module;
  };
  return {
    of(declarations) {
      let module = known.get(declarations);
      if (module === undefined) known.set(declarations, (module = load(declarations)));
      return module;
    },
    modules,
    broken,
  };
}

export function extensionOf(fileName: string): string {
  return /\.d\.[cm]?ts$|\.[^./]+$/.exec(fileName)?.[0] ?? "";
}

export function folderOf(fileName: string): string {
  return fileName.replace(/\/[^/]*$/, "");
}

function besideDeclarations(declarations: string, source: string): string {
  return declarations.replace(/\.d\.[cm]?ts$/, extensionOf(source));
}

function joinPath(folder: string, relative: string): string {
  const parts = folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
