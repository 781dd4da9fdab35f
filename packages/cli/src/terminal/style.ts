/*
 * Colours, where somebody sees them.
 */
import type { Io } from "../io.js";

export interface Style {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

const CODES = { red: 31, yellow: 33, green: 32, cyan: 36, bold: 1, dim: 2 } as const;

export function styleFor(isColoured: boolean): Style {
  const paint =
    (name: keyof typeof CODES) =>
    (text: string): string =>
      isColoured && text !== ""
        ? `\x1b[${String(CODES[name])}m${text}\x1b[${name === "bold" || name === "dim" ? "22" : "39"}m`
        : text;
  return {
    red: paint("red"),
    yellow: paint("yellow"),
    green: paint("green"),
    cyan: paint("cyan"),
    bold: paint("bold"),
    dim: paint("dim"),
  };
}

/** The colours that the output of a command takes. */
export function styleOf({ environment, isTerminal }: Pick<Io, "environment" | "isTerminal">): Style {
  return styleFor(wantsColours(environment, isTerminal));
}

/** By the conventions of no-color.org and force-color.org; else where the output is a terminal. */
export function wantsColours(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && environment["TERM"] !== "dumb";
}
