/*
 * Purpose: from what was typed to a command, and from what a command says to an exit code.
 * Owns: exit codes. 0: done. 1: the program has errors. 2: the command line, the tsconfig or a file it names can't be used.
 */
import { ConfigurationError } from "@continuum/transformer";
import { readArguments } from "./arguments.js";
import type { Command } from "./command.js";
import { build } from "./commands/build.js";
import { check } from "./commands/check.js";
import { explain } from "./commands/explain.js";
import { rules } from "./commands/rules.js";
import { versions } from "./commands/versions.js";
import { helpOf, overview } from "./help.js";
import { processIo } from "./io.js";
import type { Io } from "./io.js";
import { nearest } from "./nearest.js";
import { packageVersion } from "./pages.js";
import { styleOf } from "./terminal/style.js";
import type { Style } from "./terminal/style.js";
import { UsageError, plainMessage } from "./usage-error.js";

const COMMANDS: readonly Command[] = [check, build, explain, rules, versions];

/**
 * Runs the command line; gives the exit code.
 *
 * @example process.exitCode = await main(["check", "-p", "tsconfig.json"]);
 */
export async function main(args: readonly string[], io: Io = processIo()): Promise<number> {
  const style = styleOf(io);
  try {
    return await run(args, io, style);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof ConfigurationError)) throw error;
    io.err(
      `${style.bold(style.red("error"))} ${style.bold(error.code)}  ${plainMessage(error)}\n  ${style.bold(style.green("fix"))} ${error.hint}\n`,
    );
    return 2;
  }
}

async function run(args: readonly string[], io: Io, style: Style): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const [about] = name === "help" ? rest : [];
    io.out(about === undefined ? overview(COMMANDS, style) : helpOf(commandOf(about), style));
    return name === undefined ? 2 : 0;
  }
  if (VERSION.has(name)) {
    io.out(`${packageVersion()}\n`);
    return 0;
  }
  const command = commandOf(name);
  if (rest.includes("--help") || rest.includes("-h")) {
    io.out(helpOf(command, style));
    return 0;
  }
  return await command.run(readArguments(command.name, rest, command.flags), io);
}

const VERSION: ReadonlySet<string> = new Set(["--version", "-v", "-V", "version"]);

/** @throws UsageError CTM1330 */
function commandOf(typed: string): Command {
  const command = COMMANDS.find(({ name }) => name === typed);
  if (command !== undefined) return command;
  const names = COMMANDS.map(({ name }) => name);
  const meant = nearest(typed, names);
  throw new UsageError(
    "CTM1330",
    `continuum has no command "${typed}".`,
    meant === null ? `It knows: ${names.join(", ")}.` : `Did you mean: continuum ${meant}`,
  );
}
