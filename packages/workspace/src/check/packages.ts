/** The packages of this repository, as their package.json files describe them. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface Package {
  /** From the root of the repository. */
  readonly folder: string;
  readonly name: string;
  readonly isPrivate: boolean;
  /** What others may import. */
  readonly entryPoints: readonly EntryPoint[];
}

export interface EntryPoint {
  /** As it stands in an import: `@continuum/runtime/workflow`. */
  readonly specifier: string;
  /** The source file, from the root of the repository. */
  readonly source: string;
}

interface PackageJson {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** The condition under which `exports` names sources. */
export const sourceCondition = "@continuum/source";

export function packagesOf(root: string): readonly Package[] {
  const below = (folder: string) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [];
  return ["transformer", "runtime", ...below("packages"), ...below("examples")]
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => {
      const json = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as PackageJson;
      const entryPoints = Object.entries(json.exports ?? {}).flatMap(([subpath, target]): EntryPoint[] => {
        const source = typeof target === "string" ? undefined : target[sourceCondition];
        if (source === undefined) return [];
        return [{ specifier: json.name + subpath.slice(1), source: join(folder, source) }];
      });
      return { folder, name: json.name, isPrivate: json.private === true, entryPoints };
    });
}
