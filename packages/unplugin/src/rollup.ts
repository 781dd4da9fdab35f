import type { Plugin } from "rollup";
import type { ContinuumOptions } from "./options.js";
import { continuumPlugin } from "./plugin.js";

export type { ContinuumOptions } from "./options.js";

/**
 * Continuum's compiler for Rollup. Put it first in the list of plugins, before the one that compiles TypeScript.
 *
 * @throws ConfigurationError (CTM13xx) for an unknown option, or when the tsconfig can't be read.
 * @example
 * // rollup.config.js
 * import continuum from "@continuum/unplugin/rollup";
 * export default { input: "src/main.ts", plugins: [continuum(), typescript()] };
 */
export default function continuum(options: ContinuumOptions = {}): Plugin {
  return continuumPlugin.rollup(options);
}
