/*
 * What changed of the packages that a workflow is made of. Whether it uses one at all is said by its declarations.
 */
import type { ListedWorkflow } from "../formats/version-list.js";

type Packages = NonNullable<ListedWorkflow["packages"]>;

export interface PackageDifference {
  readonly specifier: string;
  /** `content`: the code of a package that is linked or copied from a folder. */
  readonly change: "range" | "content";
  /** The ranges, or the digests of the code. */
  readonly from: string;
  readonly to: string;
}

export function comparePackages(before: Packages, after: Packages): readonly PackageDifference[] {
  return Array.from(new Set(after.map(({ specifier }) => specifier))).flatMap((specifier) => {
    const [was, is] = [before, after].map((list) => list.filter((each) => each.specifier === specifier));
    if (was === undefined || is === undefined || was.length === 0) return [];
    const turn = (of: (each: Packages[number]) => string | null): { from: string; to: string } => ({
      from: joined(was.map(of)),
      to: joined(is.map(of)),
    });
    return [
      { specifier, change: "range" as const, ...turn(({ range }) => range) },
      { specifier, change: "content" as const, ...turn(({ content }) => content) },
    ].filter(({ from, to }) => from !== to);
  });
}

/** One package may be used under several ranges, by modules of several packages. */
function joined(values: readonly (string | null)[]): string {
  return Array.from(new Set(values.filter((value) => value !== null)))
    .sort()
    .join(" and ");
}
