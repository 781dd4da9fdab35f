/*
 * Links the packages that are installed in the working tree into the files of another revision. They stand in for those that
 * the revision was written against; what its own package.json files say of ranges is read from the revision.
 *
 * Invariant: a package of the workspace is that of the revision, never the working tree's: its code is what is compared.
 */
import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export interface Linking {
  /** The working tree's root, and that of the revision's files. */
  readonly from: string;
  readonly to: string;
  /** Folders above the working tree, each with the one that stands for it. */
  readonly above: ReadonlyMap<string, string>;
  /** The revision's files, from the root. */
  readonly tracked: readonly string[];
}

interface Installed {
  /** `zod`, `@shop/money` */
  readonly name: string;
  readonly path: string;
  readonly inWorkspace: string | null;
}

export function linkPackages({ from, to, above, tracked }: Linking): void {
  const folders = new Set(["", ...tracked.filter((name) => /(^|\/)package\.json$/.test(name)).map(folderOf)]);
  const workspace = realpathSync(from);
  for (const folder of folders) link(join(from, folder), join(to, folder), { workspace, to });
  for (const [installed, here] of above) link(installed, here, { workspace, to });
}

function folderOf(name: string): string {
  const folder = dirname(name);
  return folder === "." ? "" : folder;
}

function link(from: string, to: string, root: { readonly workspace: string; readonly to: string }): void {
  const source = join(from, "node_modules");
  const target = join(to, "node_modules");
  // A revision that tracks its packages has them already.
  if (!existsSync(source) || existsSync(target)) return;
  const installed = packagesIn(source, root.workspace);
  if (installed.every(({ inWorkspace }) => inWorkspace === null)) {
    symlink(realpathSync(source), target);
    return;
  }
  for (const { name, path, inWorkspace } of installed) {
    const place = join(target, name);
    const there = inWorkspace === null ? path : join(root.to, inWorkspace);
    if (!existsSync(there)) continue;
    mkdirSync(dirname(place), { recursive: true });
    symlink(there, place);
  }
}

function packagesIn(modules: string, workspace: string): readonly Installed[] {
  const names = readdirSync(modules).filter((name) => !name.startsWith("."));
  return names
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(modules, name)).map((each) => `${name}/${each}`) : [name],
    )
    .filter((name) => existsSync(join(modules, name)))
    .map((name) => {
      const path = realpathSync(join(modules, name));
      const inside = relative(workspace, path);
      const isInside =
        inside !== "" && !/^\.\.([\\/]|$)|^[A-Za-z]:|(^|[\\/])node_modules([\\/]|$)/.test(inside);
      return { name, path, inWorkspace: isInside ? inside : null };
    });
}

/** On Windows a junction, which needs no rights. */
function symlink(target: string, path: string): void {
  symlinkSync(target, path, "junction");
}
