import type { PackageJson } from "./resolve.js";

/** How messages call a file of a package, on every machine: `nanoid/index.js`. */
export function moduleLabel(path: string, home: PackageJson | null): string {
  if (home === null) return path.slice(path.lastIndexOf("/") + 1);
  return path.startsWith(`${home.root}/`) ? `${home.name}${path.slice(home.root.length)}` : path;
}
