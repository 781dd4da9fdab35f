/*
 * Purpose: the declarations of TypeScript's library and of `@types`, which nearly every program has and no project writes, parsed
 * and bound once for all programs of a process: the projects of a solution, and those of a workspace that a bundler follows.
 * Owns: which files are shared, and for how long.
 * Does not own: what else a program reads.
 *
 * Invariant: programs share a file only if their options give it the same tree, and while its time and size on disk are the same.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

interface Shared {
  readonly stamp: string;
  readonly file: TS.SourceFile;
}

interface Cache {
  /** Nodes of one TypeScript must not meet another one. */
  readonly of: typeof ts;
  readonly files: Map<string, Shared>;
  /** Says which options a tree depends on. */
  readonly keys: TS.DocumentRegistry;
}

let current: Cache | null = null;

function cache(): Cache {
  if (current?.of !== ts) current = { of: ts, files: new Map(), keys: ts.createDocumentRegistry() };
  return current;
}

function isShared(fileName: string): boolean {
  return /\/node_modules\/(?:typescript\/lib\/lib\.[^/]+|@types\/.+)\.d\.[cm]?ts$/i.test(fileName);
}

function sharedFile<F extends TS.SourceFile | undefined>(fileName: string, key: string, parse: () => F): F {
  const stamp = `${String(ts.sys.getModifiedTime?.(fileName)?.getTime())} ${String(ts.sys.getFileSize?.(fileName))}`;
  const { files } = cache();
  const known = files.get(key);
  if (known?.stamp === stamp) return known.file as F;
  const file = parse();
  if (file !== undefined) files.set(key, { stamp, file });
  return file;
}

/** Makes a host's programs share declarations. Files of hosts of one `kind` may be exchanged: those of a builder have a version. */
export function shareDeclarations<H extends TS.CompilerHost>(
  host: H,
  options: TS.CompilerOptions,
  kind: "plain" | "builder",
): H {
  const plain = host.getSourceFile.bind(host);
  const settings = cache().keys.getKeyForCompilationSettings(options);
  host.getSourceFile = (fileName, language, onError, isAnew) => {
    const parse = (): TS.SourceFile | undefined => plain(fileName, language, onError, isAnew);
    if (isAnew === true || !isShared(fileName)) return parse();
    return sharedFile(fileName, [kind, fileName, JSON.stringify(language), settings].join(" "), parse);
  };
  return host;
}

/** Where a language service gets its files; the declarations are those of all services. */
export function sharingRegistry(currentDirectory: string): TS.DocumentRegistry {
  const own = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames, currentDirectory);
  /** A service asks for each of its files after each edit: one that it has it gets without a look at the disk. */
  const given = new Map<string, TS.SourceFile>();
  type Acquire = TS.DocumentRegistry["acquireDocumentWithKey"];
  const sharing =
    (acquire: Acquire): Acquire =>
    (fileName, path, settings, key, snapshot, version, kind, language) => {
      if (!isShared(fileName))
        return acquire(fileName, path, settings, key, snapshot, version, kind, language);
      // The version stands in the file, and is what the service compares.
      const name = ["service", fileName, version, String(kind), JSON.stringify(language), key].join(" ");
      let file = given.get(name);
      if (file === undefined) {
        const target = language ?? ts.ScriptTarget.ESNext;
        file = sharedFile(fileName, name, () =>
          ts.createLanguageServiceSourceFile(fileName, snapshot, target, version, false, kind),
        );
        given.set(name, file);
      }
      return file;
    };
  const release = own.releaseDocumentWithKey.bind(own) as (
    path: TS.Path,
    ...rest: readonly unknown[]
  ) => void;
  return {
    ...own,
    acquireDocumentWithKey: sharing(own.acquireDocumentWithKey),
    updateDocumentWithKey: sharing(own.updateDocumentWithKey),
    releaseDocumentWithKey: (path: TS.Path, ...rest: readonly unknown[]) => {
      if (!isShared(path)) release(path, ...rest);
    },
  };
}
