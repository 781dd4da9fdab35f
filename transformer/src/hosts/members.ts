/*
 * Which projects a bundler's workspace has, in the order in which they are built.
 */
import { ts } from "../compiler/ts.js";
import type { CompileOptions } from "../pipeline.js";
import { ConfigurationError } from "./configuration-error.js";
import { readProgramInputs } from "./open-program.js";
import type { ProgramInputs, ProgramSource } from "./open-program.js";
import { projectsInOrder } from "./projects-in-order.js";

export interface Member {
  /** The tsconfig; empty where there is none. */
  readonly configPath: string;
  readonly source: ProgramSource & CompileOptions;
  /** The tsconfigs of all projects whose output it sees. */
  readonly upstream: ReadonlySet<string>;
  /** Is it the project that was asked for? */
  readonly isOwn: boolean;
}

/** Those of `adopted` come first, with what they refer to: nothing says who uses them, so all do. */
export function findMembers(
  source: ProgramSource & CompileOptions,
  adopted: Iterable<string>,
): readonly Member[] {
  const { tsconfig: _, rootNames: __, compilerOptions: ___, ...shared } = source;
  const members = new Map<string, Member>();
  const add = (projects: readonly ProgramInputs[], more: ReadonlySet<string>, own: string | null): void => {
    for (const { configPath, references } of projects) {
      const key = configPath ?? "";
      if (members.has(key)) continue;
      const upstream = new Set(more);
      for (const reference of references) {
        const path = ts.resolveProjectReferencePath(reference).replaceAll("\\", "/");
        for (const each of [path, ...(members.get(path)?.upstream ?? [])]) upstream.add(each);
      }
      const isOwn = key === own;
      members.set(key, {
        configPath: key,
        source: isOwn ? source : { ...shared, tsconfig: key },
        upstream,
        isOwn,
      });
    }
  };
  for (const tsconfig of adopted) add(projectsInOrder({ ...shared, tsconfig }), new Set(), null);
  const own = readProgramInputs(source).configPath ?? "";
  add(projectsInOrder(source), new Set(members.keys()), own);
  return Array.from(members.values());
}

/** The project that a file belongs to and that is none of `members`, with the declarations that it writes for the file. */
export function homeOf(
  fileName: string,
  members: readonly Member[],
): { readonly configPath: string; readonly declarations: string } | null {
  const nearest = ts.findConfigFile(fileName.replace(/\/[^/]*$/, ""), (path) => ts.sys.fileExists(path));
  if (nearest === undefined || members.some(({ configPath }) => configPath === nearest)) return null;
  try {
    for (const { configPath, options, rootNames } of projectsInOrder({ tsconfig: nearest })) {
      if (configPath === null || !rootNames.includes(fileName)) continue;
      const parsed = { options, fileNames: [...rootNames], errors: [] };
      const written = ts.getOutputFileNames(parsed, fileName, !ts.sys.useCaseSensitiveFileNames);
      const declarations = written.find((path) => /\.d\.[cm]?ts$/.test(path));
      return declarations === undefined ? null : { configPath, declarations };
    }
  } catch (error) {
    // A tsconfig that nobody asked for may be broken: then it is not the one that the file belongs to.
    if (!(error instanceof ConfigurationError)) throw error;
  }
  return null;
}
