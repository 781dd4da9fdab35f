/** What the user vouches for: the same key in every host. */
export type TrustedModules = readonly (
  string | { readonly module: string; readonly names: readonly string[] }
)[];

/** Is the export `name` of the package vouched for? A null package is a `declare`d global, trusted under `"globalThis"`. */
export type Trust = (packageName: string | null, name: string) => boolean;

export function trustOf(trustedModules: TrustedModules): Trust {
  const modules = new Map<string, ReadonlySet<string> | "all">();
  for (const entry of trustedModules) {
    if (typeof entry === "string") modules.set(entry, "all");
    else modules.set(entry.module, new Set(entry.names));
  }
  return (packageName, name) => {
    const names = modules.get(
      packageName?.replace(/^@types\/(?:(.+?)__)?/, (_, scope: string | undefined) =>
        scope === undefined ? "" : `@${scope}/`,
      ) ?? "globalThis",
    );
    return names === "all" || (names?.has(name) ?? false);
  };
}
