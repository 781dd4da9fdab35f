import type { CompileOptions } from "@continuum/transformer";
import { ConfigurationError } from "@continuum/transformer";

/** The plugin's options. */
export interface ContinuumOptions {
  /** The tsconfig.json of the program that holds the workflows, or its folder. Default: the one at or above the bundler's root. */
  readonly tsconfig?: string;
  /** Modules (or names of them) whose purity you vouch for, besides those of the plugin's entry in the tsconfig. */
  readonly trustedModules?: NonNullable<CompileOptions["trustedModules"]>;
}

const KNOWN: Readonly<Record<keyof ContinuumOptions, true>> = { tsconfig: true, trustedModules: true };

/** @throws ConfigurationError CTM1310 for an option that there is not. */
export function checkOptions(options: ContinuumOptions): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(KNOWN, name)) continue;
    throw new ConfigurationError(
      "CTM1310",
      `The plugin continuum() has no option "${name}".`,
      `It knows: ${Object.keys(KNOWN).join(", ")}.`,
    );
  }
}
