import type { Plugin } from "vite";
import type { ContinuumOptions } from "./options.js";
import { continuumPlugin } from "./plugin.js";

export type { ContinuumOptions } from "./options.js";

/**
 * Continuum's compiler for Vite and Vitest. Put it first in the list of plugins.
 *
 * @throws ConfigurationError (CTM13xx) for an unknown option, or when the tsconfig can't be read.
 * @example
 * // vitest.config.ts
 * import continuum from "@continuum/unplugin/vite";
 * export default defineConfig({ plugins: [continuum()] });
 */
export default function continuum(options: ContinuumOptions = {}): Plugin {
  return continuumPlugin.vite(options);
}
