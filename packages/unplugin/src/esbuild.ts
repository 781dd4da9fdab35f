import type { Plugin } from "esbuild";
import type { ContinuumOptions } from "./options.js";
import { continuumPlugin } from "./plugin.js";

export type { ContinuumOptions } from "./options.js";

/**
 * Continuum's compiler for esbuild. Put it first in the list of plugins.
 *
 * @throws ConfigurationError (CTM13xx) for an unknown option, or when the tsconfig can't be read.
 * @example
 * // build.mjs
 * import continuum from "@continuum/unplugin/esbuild";
 * await build({ entryPoints: ["src/main.ts"], bundle: true, platform: "node", plugins: [continuum()] });
 */
export default function continuum(options: ContinuumOptions = {}): Plugin {
  return continuumPlugin.esbuild(options);
}
