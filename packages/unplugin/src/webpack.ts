import type { WebpackPluginInstance } from "webpack";
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
  return continuumPlugin.webpack(options);
}
