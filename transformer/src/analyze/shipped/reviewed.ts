/*
 * Which findings were judged by people (reviewed-packages.ts), and for which names they count all the same.
 */
import { REVIEWED_PACKAGES } from "./reviewed-packages.js";
import type { ReviewedDeed, ReviewedPackage } from "./reviewed-packages.js";
import type { ShippedModule } from "./shipped-module.js";
import type { Finding } from "./world.js";

/** The review of what is found; null where nobody has read it, or another version of it. */
export function reviewOf({ module, deed }: Finding): ReviewedDeed | null {
  const file = module.label.slice(module.package.length + 1).replace(/\.[cm]?js$/, "");
  const deeds = packagesFor(module).flatMap((each) => each.deeds);
  return deeds.find((each) => each.file === file && each.what.includes(deed.what)) ?? null;
}

/** Has somebody read this version of the package? */
export function isReviewed(module: ShippedModule): boolean {
  return packagesFor(module).length > 0;
}

/** Has the export `name` a module of its own, that can be read in place of the one that holds all? */
export function isApart(module: ShippedModule, name: string): boolean {
  return packagesFor(module).some(({ apart }) => apart !== undefined && !apart.except.includes(name));
}

function packagesFor({ package: home, version }: ShippedModule): readonly ReviewedPackage[] {
  return REVIEWED_PACKAGES.filter(({ name, versions }) => name === home && isBetween(version, versions));
}

/** Only released versions are in a range. */
function isBetween(version: string, [from, below]: readonly [from: string, below: string]): boolean {
  return /^\d+\.\d+\.\d+$/.test(version) && compare(version, from) >= 0 && compare(version, below) < 0;
}

function compare(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  const at = left.findIndex((part, i) => part !== right[i]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
