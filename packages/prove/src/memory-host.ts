/*
 * A compiler's host for programs in memory, of which a proof makes hundreds. What lies on disk, the library and the packages that
 * they import, is looked for and parsed once: nobody writes there meanwhile.
 */
import ts from "typescript";

const parsed = new Map<string, ts.SourceFile | undefined>();
/** What the imports of files on disk lead to, by what is asked for in the options. */
const resolved = new Map<ts.SourceFile, ReadonlyMap<string, Resolved>>();
type Resolved = readonly ts.ResolvedModuleWithFailedLookupLocations[];

const disk = {
  fileExists: once((path) => ts.sys.fileExists(path)),
  directoryExists: once((path) => ts.sys.directoryExists(path)),
  readFile: once((path) => ts.sys.readFile(path)),
  realpath: once((path) => ts.sys.realpath?.(path) ?? path),
};

/** `files`: by path, all in `folder`, where nothing lies on disk. */
export function memoryHost(
  folder: string,
  files: ReadonlyMap<string, string>,
  options: ts.CompilerOptions,
): ts.CompilerHost {
  const plain = ts.createCompilerHost(options);
  const folders = new Set(
    [...files.keys()].flatMap((path) => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index))),
  );
  const isOnDisk = (path: string): boolean => !path.startsWith(`${folder}/`);
  const cache = ts.createModuleResolutionCache(plain.getCurrentDirectory(), (path) => path, options);
  const asked = JSON.stringify([options.moduleResolution, options.customConditions]);
  const host: ts.CompilerHost = {
    ...plain,
    fileExists: (path) => files.has(path) || (isOnDisk(path) && disk.fileExists(path)),
    directoryExists: (path) => folders.has(path) || (isOnDisk(path) && disk.directoryExists(path)),
    readFile: (path) => files.get(path) ?? (isOnDisk(path) ? disk.readFile(path) : undefined),
    realpath: (path) => (isOnDisk(path) ? disk.realpath(path) : path),
    getSourceFile: (path, version, ...rest) => {
      const text = files.get(path);
      if (text !== undefined) return ts.createSourceFile(path, text, version, true);
      if (!parsed.has(path)) parsed.set(path, plain.getSourceFile(path, version, ...rest));
      return parsed.get(path);
    },
    getModuleResolutionCache: () => cache,
    resolveModuleNameLiterals: (literals, from, redirected, moduleOptions, source) => {
      const known = resolved.get(source)?.get(asked);
      if (known !== undefined) return known;
      const found = literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(source, literal, moduleOptions);
        return ts.resolveModuleName(literal.text, from, moduleOptions, host, cache, redirected, mode);
      });
      if (isOnDisk(from)) resolved.set(source, new Map([...(resolved.get(source) ?? []), [asked, found]]));
      return found;
    },
  };
  return host;
}

function once<V>(ask: (path: string) => V): (path: string) => V {
  const answers = new Map<string, V>();
  return (path) => {
    if (!answers.has(path)) answers.set(path, ask(path));
    return answers.get(path) as V;
  };
}
