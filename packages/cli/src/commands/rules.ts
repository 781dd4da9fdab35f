/*
 * `continuum rules`: what the compiler knows of the platform.
 */
import { listKnownApis } from "@continuum/transformer";
import type { KnownApi } from "@continuum/transformer";
import type { Command } from "../command.js";
import { counted } from "../formats/report.js";
import type { Io } from "../io.js";
import { nearest } from "../nearest.js";
import { styleOf } from "../terminal/style.js";
import type { Style } from "../terminal/style.js";

export const rules: Command = {
  name: "rules",
  about: "print what the compiler knows of JavaScript, Node and the browser",
  synopsis: "[NAME…] [--json]",
  details: [
    "Prints the table of known APIs: what workflow code may use, what it may not, and what to write instead.\nWhat is not in the table is unknown, and unknown is refused.",
    "With names, only the entries that hold one of them: continuum rules Date Math.random",
  ],
  flags: { json: { type: "boolean", about: "as JSON" } },
  run({ names, flags }, io) {
    const all = listKnownApis();
    const found =
      names.length === 0 ? all : all.filter(({ name }) => names.some((part) => holds(name, part)));
    if (flags["json"] === true) io.out(`${JSON.stringify({ format: 1, apis: found }, null, 2)}\n`);
    else io.out(`${tableOf(found, all, names, io)}\n`);
    return 0;
  },
};

/** `Date` holds for `Date.getHours` and `DateConstructor.now`, not for `validateDate`. */
function holds(name: string, part: string): boolean {
  const lower = name.toLowerCase();
  const wanted = part.toLowerCase();
  const dotted = wanted.replace(/^(\w+)\./, "$1constructor.");
  return (
    lower === wanted ||
    lower === dotted ||
    lower.split(/[.:]/).some((each) => each === wanted || each === `${wanted}constructor`)
  );
}

function tableOf(
  found: readonly KnownApi[],
  all: readonly KnownApi[],
  names: readonly string[],
  io: Io,
): string {
  const style = styleOf(io);
  if (found.length === 0) {
    const meant = nearest(
      names[0] ?? "",
      all.map(({ name }) => name),
    );
    const near = meant === null ? "" : ` Did you mean ${meant}?`;
    return `Nothing is known of ${names.join(", ")}, so workflow code may not use it.${near}`;
  }
  const width = Math.min(48, Math.max(...found.map(({ name }) => name.length)));
  const kinds = { impure: 0, conditional: 0, pure: 0 };
  for (const { verdict } of found) kinds[verdict]++;
  return [
    ...found.map((api) => line(api, width, style)),
    "",
    `${counted(found.length, "name")}: ${String(kinds.pure)} pure, ${String(kinds.conditional)} on a condition, ${String(kinds.impure)} refused`,
  ].join("\n");
}

/** How the table's conditions read in a sentence that begins with "pure". */
const CONDITIONS: Readonly<Record<string, string>> = {
  "date-constructor": "pure as new Date(x)",
  "zoned-text": "pure if the text names its time zone",
  "members-only": "pure as far as its members are",
  "instanceof-only": "pure after instanceof",
  "locale-first": "pure with a locale",
  "locale-second": "pure with a locale",
  "locale-and-zone": "pure with a locale and a time zone",
  "posix-import": "pure from node:path/posix",
};

function line({ name, verdict, code, condition, hint }: KnownApi, width: number, style: Style): string {
  const head = style.cyan(name.padEnd(width));
  if (verdict === "pure") return `${head}  ${style.green("pure")}`;
  const word =
    verdict === "impure"
      ? style.red("refused")
      : style.yellow(CONDITIONS[condition ?? ""] ?? `pure if ${condition ?? ""}`);
  return `${head}  ${word}  ${style.dim(code ?? "")}  ${hint ?? ""}`.trimEnd();
}
