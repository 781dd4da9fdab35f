/*
 * Purpose: the program as the analysis sees it: declarations of modules that were compiled with a summary are replaced by the
 * source that the summary holds, so that what another project or package does is known as if it were written here.
 * Owns: which declarations are replaced, how names in a linked source are resolved.
 * Does not own: what may be done with linked code (check-linked.ts), emission: that is of the given program alone.
 *
 * Invariants
 *  1. Source files of the given program stay the same objects, so what is found out about their nodes holds for its emission.
 *  2. What is linked is what was compiled: the source in the summary, never a file that was edited since.
 *  3. A program without summaries is given back as it is, at the cost of a look at the ends of its declarations.
 */
import { noteLinked } from "../compiler/linked-files.js";
import { ts } from "../compiler/ts.js";
import type { FileLocation, FileReader } from "../compiler/packages.js";
import type { TS } from "../compiler/ts.js";
import { diskOf, extensionOf, folderOf, moduleLibrary } from "./module-library.js";
import type { Disk, LinkedModule, ModuleLibrary, ProgramInternals } from "./module-library.js";
import { packageSources } from "./package-sources.js";
import { resolve, resolvedBefore, resolveLinked } from "./resolve-linked.js";
import { askedDigest } from "./summary.js";

export interface LinkedProgram {
  readonly program: TS.Program;
  /**
   * Without a module of its own is linked: JSON that linked modules import; the source of another project that an editor shows in the
   * place of what would be written for it; and what packages give as TypeScript.
   */
  readonly files: ReadonlyMap<TS.SourceFile, LinkedModule | null>;
  /** Those of `files` that nothing compiles before they run: sources to which the `exports` of a package lead. */
  readonly uncompiled: ReadonlySet<TS.SourceFile>;
  /** By the file name of declarations: why what their summary holds is not known. It ends a sentence. */
  readonly broken: ReadonlyMap<string, string>;
}

/** Where linked files were when they were compiled, as far as that was told. */
export function locationsOf({ files }: LinkedProgram): ReadonlyMap<TS.SourceFile, FileLocation | null> {
  return new Map(
    Array.from(files, ([file, module]) => [
      file,
      module === null ? null : { package: module.summary.package, path: module.summary.path },
    ]),
  );
}

interface RedirectedFile extends TS.SourceFile {
  readonly redirectInfo?: { readonly unredirected: TS.SourceFile };
}

/** Links what `program` imports from other programs. */
export function linkProgram(program: TS.Program, reader?: FileReader): LinkedProgram {
  const uncompiled = packageSources(program, reader);
  const asking = program
    .getSourceFiles()
    .filter((file) => file.isDeclarationFile && !program.isSourceFileDefaultLibrary(file))
    .filter(({ text }) => askedDigest(text) !== null);
  if (asking.length === 0)
    return { program, files: linkedSources(program, uncompiled), uncompiled, broken: new Map() };
  const disk = diskOf(program);
  const library = moduleLibrary(program, disk);
  for (const { fileName } of asking) library.of(fileName);
  for (let known = -1; known !== library.modules.size;) {
    // What is linked may import further summarised modules, in an environment of their own.
    known = library.modules.size;
    const made = makeLinkedProgram(program, disk, library, uncompiled);
    if (library.modules.size > known) continue;
    noteLinked(program, made.program);
    return made;
  }
  throw new Error("CTM9007: linking came to no end");
}

function makeLinkedProgram(
  program: TS.Program,
  disk: Disk,
  library: ModuleLibrary,
  uncompiled: ReadonlySet<TS.SourceFile>,
): LinkedProgram {
  const given = program.getCompilerOptions();
  const json = new Set<string>();
  const lib = program.getSourceFiles().find((file) => program.isSourceFileDefaultLibrary(file));
  const libFolder = folderOf(lib?.fileName ?? ts.getDefaultLibFilePath(given));
  const host: TS.CompilerHost & TS.ModuleResolutionHost = {
    ...disk,
    getSourceFile(fileName, language) {
      const linked = library.modules.get(fileName);
      if (linked !== undefined) return parsedOnce(fileName, linked, language);
      const file = program.getSourceFile(fileName) as RedirectedFile | undefined;
      if (file !== undefined) return file.redirectInfo?.unredirected ?? file;
      const text = disk.readFile(fileName);
      return text === undefined ? undefined : ts.createSourceFile(fileName, text, language, true);
    },
    getDefaultLibFileName: (options) => `${libFolder}/${ts.getDefaultLibFileName(options)}`,
    getDefaultLibLocation: () => libFolder,
    getCanonicalFileName: (name) => (ts.sys.useCaseSensitiveFileNames ? name : name.toLowerCase()),
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getNewLine: () => "\n",
    writeFile: () => undefined,
    resolveModuleNameLiterals: (literals, containingFile, _redirected, options, containing) =>
      literals.map((literal) => {
        const linked = library.modules.get(containingFile);
        const found =
          linked === undefined
            ? (resolvedBefore(program, containing, literal, options) ??
              resolve(literal, containingFile, options, containing, host))
            : resolveLinked(linked, literal, options, containing, host);
        const target = found.resolvedModule;
        if (target === undefined) return found;
        // Of a project that is referred to, a program resolves to the source and takes the declarations; and so must a linked module
        // of a project that only other projects refer to.
        const own = program.getSourceFile(target.resolvedFileName);
        const fileName = own?.fileName ?? writtenFor(program, target.resolvedFileName);
        const module = library.of(fileName);
        const isData = fileName.endsWith(".json");
        if (linked !== undefined && isData) json.add(fileName);
        // A source that was not compiled with this program, and has no summary, may have been edited since it was compiled.
        if (module === null && own === undefined && !isData && !/\.d\.[^/]*ts$/.test(fileName))
          return { ...found, resolvedModule: undefined };
        return module === null
          ? {
              ...found,
              resolvedModule: {
                ...target,
                resolvedFileName: fileName,
                extension: extensionOf(fileName),
              },
            }
          : {
              resolvedModule: {
                resolvedFileName: module.source,
                extension: extensionOf(module.source),
                isExternalLibraryImport: false,
                resolvedUsingTsExtension: false,
              },
            };
      }),
  };
  const linked = ts.createProgram({
    rootNames: [...program.getRootFileNames(), ...globalTypes(program, library, host)],
    options: { ...given, lib: libraries(given, library) },
    host,
  });
  const files = linkedSources(program, uncompiled);
  for (const file of linked.getSourceFiles()) {
    const module = library.modules.get(file.fileName);
    if (module !== undefined) files.set(file, module);
    else if (json.has(file.fileName) && program.getSourceFile(file.fileName) === undefined)
      files.set(file, null);
  }
  return { program: linked, files, uncompiled, broken: library.broken };
}

/** Sources that the program holds itself, of packages and of projects that are referred to: editors see the latter, and no build does. */
function linkedSources(
  program: TS.Program & ProgramInternals,
  uncompiled: ReadonlySet<TS.SourceFile>,
): Map<TS.SourceFile, LinkedModule | null> {
  const isReferredTo = ({ fileName, isDeclarationFile }: TS.SourceFile): boolean =>
    !isDeclarationFile && program.isSourceOfProjectReferenceRedirect?.(fileName) === true;
  const referredTo =
    program.getProjectReferences() === undefined ? [] : program.getSourceFiles().filter(isReferredTo);
  return new Map([...uncompiled, ...referredTo].map((file) => [file, null]));
}

/** The declarations of a source of another project; the name itself where it is none. */
function writtenFor(program: TS.Program & ProgramInternals, fileName: string): string {
  return program.getRedirectFromSourceFile?.(fileName)?.outputDts ?? fileName;
}

/** What was parsed of linked modules: an editor links a program anew at each edit, and packages seldom change. */
const parsed = new Map<
  string,
  { readonly by: typeof ts; readonly key: string; readonly file: TS.SourceFile }
>();

function parsedOnce(
  fileName: string,
  { digest, summary }: LinkedModule,
  language: TS.ScriptTarget | TS.CreateSourceFileOptions,
): TS.SourceFile {
  const key = `${digest} ${JSON.stringify(language)}`;
  const known = parsed.get(fileName);
  if (known?.key === key && known.by === ts) return known.file;
  const file = ts.createSourceFile(fileName, summary.text, language, true);
  parsed.set(fileName, { by: ts, key, file });
  return file;
}

function libraries(given: TS.CompilerOptions, library: ModuleLibrary): string[] {
  const own = effectiveLibraries(given);
  const more = [...library.modules.values()].flatMap(({ summary }) => summary.environment.lib);
  return Array.from(new Set([...own, ...more]));
}

/** The file names of TypeScript's libraries that a program of these options has. */
export function effectiveLibraries(options: TS.CompilerOptions): readonly string[] {
  return options.lib ?? [ts.getDefaultLibFileName(options)];
}

/** Global types that linked modules were compiled with and this program has not. */
function globalTypes(program: TS.Program, library: ModuleLibrary, host: TS.CompilerHost): readonly string[] {
  const found = new Set<string>();
  for (const { summary, declarations } of library.modules.values()) {
    for (const name of summary.environment.types) {
      const { resolvedTypeReferenceDirective: type } = ts.resolveTypeReferenceDirective(
        name,
        declarations,
        program.getCompilerOptions(),
        host,
      );
      if (type?.resolvedFileName !== undefined) found.add(type.resolvedFileName);
    }
  }
  return Array.from(found).filter((fileName) => program.getSourceFile(fileName) === undefined);
}
