import type { Arguments, Flag } from "./arguments.js";
import type { Io } from "./io.js";

/** A command of `continuum`: what it is called, what its help says, and what it does. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly about: string;
  /** What stands behind `continuum NAME`. */
  readonly synopsis: string;
  /** Paragraphs of the help. */
  readonly details: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
  /** The exit code: 0, 1 where the program has errors. @throws UsageError */
  readonly run: (args: Arguments, io: Io) => number | Promise<number>;
}

export const PROJECT: Flag = {
  type: "string",
  short: "p",
  value: "PATH",
  about: "a tsconfig.json, or a folder that has one at it or above it (default: here)",
};

export const TRUST: Flag = {
  type: "string",
  multiple: true,
  value: "MODULE",
  about: "vouch for a package's purity, besides the tsconfig's trustedModules; may be repeated",
};
