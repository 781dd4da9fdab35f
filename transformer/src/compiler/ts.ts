/*
 * The one door to the TypeScript compiler. Hosts that bring their own instance (ts-patch hands in the one that it patched)
 * set it before anything else runs; nodes of one instance must not meet the factory of another.
 */
import { typescript as bundled } from "#typescript";
// The compiler's types, under the name of its value; a package that uses `export =` gives them by its default only.
import type TS from "typescript";

export let ts: typeof bundled = bundled;

/** Uses the host's TypeScript from here on. */
export function useTypeScript(instance: typeof bundled): void {
  ts = instance;
}

/** What is made of a compiler's numbers, of kinds and flags: each version has its own, and which one is used is settled late. */
export function ofCompiler<T>(make: () => T): () => T {
  let made: { readonly by: typeof bundled; readonly value: T } | null = null;
  return () => {
    if (made?.by !== ts) made = { by: ts, value: make() };
    return made.value;
  };
}

export type { TS };
