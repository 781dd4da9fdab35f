/*
 * Reads a command's arguments strictly: a flag that is ignored when misspelt is a default that nobody chose.
 */
import { parseArgs } from "node:util";
import { nearest } from "./nearest.js";
import { UsageError } from "./usage-error.js";

export interface Flag {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  /** What stands for its value in the help: `FILE`. */
  readonly value?: string;
  /** For the help. */
  readonly about: string;
}

export interface Arguments {
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly names: readonly string[];
}

/** @throws UsageError for a flag that the command has not, or whose value is missing. */
export function readArguments(
  command: string,
  args: readonly string[],
  flags: Readonly<Record<string, Flag>>,
): Arguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === true ? { multiple: true } : {}) },
    ]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (flag === undefined) throw unknownFlag(command, token.rawName, flags);
    if (flag.type === "string" && (token.value === undefined || token.value.startsWith("-"))) {
      throw new UsageError(
        "CTM1331",
        `${token.rawName} needs a value.`,
        `Write: ${token.rawName} ${flag.value ?? "VALUE"}`,
      );
    }
    if (flag.type === "boolean" && token.value !== undefined) {
      throw new UsageError("CTM1331", `${token.rawName} takes no value.`, `Write: ${token.rawName}`);
    }
  }
  return { flags: values, names: positionals };
}

function unknownFlag(command: string, raw: string, flags: Readonly<Record<string, Flag>>): UsageError {
  const known = Object.entries(flags).flatMap(([name, { short }]) => [
    `--${name}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ]);
  const long = known.filter((each) => each.startsWith("--"));
  const meant = raw.startsWith("--")
    ? (long.find((each) => raw.length > 3 && each.toLowerCase().startsWith(raw.toLowerCase())) ??
      nearest(raw, long))
    : null;
  return new UsageError(
    "CTM1331",
    `continuum ${command} has no flag ${raw}.`,
    meant === null ? `It knows: ${known.join(", ")}.` : `Did you mean ${meant}?`,
  );
}

/** The text of a flag that takes one; undefined where it was not given. */
export function textFlag({ flags }: Arguments, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

/** Only for commands that take no names. @throws UsageError */
export function refuseNames(command: string, { names }: Arguments, hint: string): void {
  const [first] = names;
  if (first === undefined) return;
  throw new UsageError("CTM1331", `continuum ${command} does not know what to do with "${first}".`, hint);
}
