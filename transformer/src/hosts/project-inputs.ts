/*
 * Purpose: what a bundler's project is made of, as its tsconfig says now: files, compiler options, and Continuum's own options.
 * Does not own: when to read it again (project.ts).
 */
import { ts } from "../compiler/ts.js";
import type { CompileOptions } from "../pipeline.js";
import { compileOptionsOf } from "./check-project.js";
import { ConfigurationError, mistakeError } from "./configuration-error.js";
import { moduleOptions } from "./module-options.js";
import { readProgramInputs } from "./open-program.js";
import type { ProgramInputs, ProgramSource } from "./open-program.js";
import { isTrustedModules, WRONG_TRUST } from "./ts-patch/plugin-options.js";

export interface ProjectInputs extends ProgramInputs {
  /** With what the tsconfig's entry of the plugin says. */
  readonly compile: CompileOptions;
}

/** Files that can't be read, circles of "extends": without them the options are others than the user's. */
const UNREADABLE: ReadonlySet<number> = new Set([5012, 5083, 6053, 18000]);

/** @throws ConfigurationError (CTM13xx) when the tsconfig can't be read, or what it says to Continuum is wrong. */
export function readProjectInputs(source: ProgramSource & CompileOptions): ProjectInputs {
  const inputs = readProgramInputs(source);
  const { configErrors, configPath, options, rootNames } = inputs;
  const unreadable = configErrors.find(({ code }) => UNREADABLE.has(code) || (code >= 1000 && code < 2000));
  if (unreadable !== undefined) {
    throw new ConfigurationError(
      "CTM1303",
      `${unreadable.file?.fileName ?? configPath ?? "The tsconfig"} can't be read: ${ts.flattenDiagnosticMessageText(unreadable.messageText, "\n")}`,
      'Mend the tsconfig, or what its "extends" names.',
    );
  }
  return {
    ...inputs,
    rootNames: [...rootNames],
    options: moduleOptions(options),
    compile: readCompileOptions(source, inputs),
  };
}

/**
 * The caller's options, and those of the plugin's entry in the tsconfig: what either trusts is trusted.
 *
 * @throws ConfigurationError CTM1310 or CTM1311 for options that there are not, and for wrong ones.
 */
export function readCompileOptions(
  own: CompileOptions,
  inputs: Pick<ProgramInputs, "options">,
): CompileOptions {
  const { analysis, trustedModules } = own;
  if (trustedModules !== undefined && !isTrustedModules(trustedModules))
    throw new ConfigurationError("CTM1311", WRONG_TRUST.message, WRONG_TRUST.hint);
  const configured = { getCompilerOptions: () => inputs.options };
  const { options, mistakes } = compileOptionsOf(configured, inputs, trustedModules);
  const [mistake] = mistakes;
  if (mistake !== undefined) throw mistakeError(mistake);
  return { ...(analysis === undefined ? {} : { analysis }), ...options };
}
