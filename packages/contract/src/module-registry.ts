/*
 * Which modules of other packages are loaded, and in which version. A workflow's hash and sites are made of code in other
 * packages too, as it was when the workflow was compiled; a module that was compiled anew since then is another one.
 *
 * Compiled modules note themselves without an import, since a package of plain helpers need not depend on the runtime.
 */

/** The name, in the registry of global symbols, of the object that holds what {@link loadedDigests} reads. */
export const MODULE_REGISTRY = "continuum.modules";

/**
 * The digests under which the module `key` was loaded: several where a process holds several copies, none where it was not
 * compiled for workflows of other packages.
 */
export function loadedDigests(key: string): readonly string[] {
  const registry: unknown = (globalThis as Record<symbol, unknown>)[Symbol.for(MODULE_REGISTRY)];
  if (typeof registry !== "object" || registry === null || !Object.hasOwn(registry, key)) return [];
  const digests: unknown = (registry as Record<string, unknown>)[key];
  return Array.isArray(digests)
    ? digests.filter((digest): digest is string => typeof digest === "string")
    : [];
}
