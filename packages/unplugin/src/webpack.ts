import type { WebpackPluginInstance } from "webpack";
import { checkOptions } from "./options.js";
import type { ContinuumOptions } from "./options.js";
import { continuumPlugin } from "./plugin.js";

export type { ContinuumOptions } from "./options.js";

/**
 * Continuum's compiler for webpack. Whatever loader compiles TypeScript otherwise gets the compiled modules.
 *
 * @throws ConfigurationError (CTM13xx) for an unknown option, or when the tsconfig can't be read.
 * @example
 * // webpack.config.js
 * import continuum from "@continuum/unplugin/webpack";
 * export default { entry: "./src/main.ts", plugins: [continuum()] };
 */
export default function continuum(options: ContinuumOptions = {}): WebpackPluginInstance {
  // The plugin is made when webpack applies it; a mistake in the configuration is said where it is made.
  checkOptions(options);
  return continuumPlugin.webpack(options);
}
