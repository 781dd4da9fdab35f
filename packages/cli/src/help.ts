import type { Command } from "./command.js";
import type { Style } from "./terminal/style.js";

export function overview(commands: readonly Command[], style: Style): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `${style.bold("continuum")} checks and builds durable workflows.`,
    "",
    `${style.bold("usage")}  continuum COMMAND [flags]`,
    "",
    ...commands.map(({ name, about }) => `  ${style.cyan(name.padEnd(width))}  ${about}`),
    "",
    `${style.dim("continuum COMMAND --help")} tells more; ${style.dim("continuum --version")} prints the version.`,
    "",
  ].join("\n");
}

export function helpOf({ name, synopsis, details, flags }: Command, style: Style): string {
  const rows = Object.entries(flags).map(([flag, { short, value, about }]) => [
    `${short === undefined ? "    " : `-${short}, `}--${flag}${value === undefined ? "" : ` ${value}`}`,
    about,
  ]);
  rows.push(["    --help", "print this"]);
  const width = Math.max(...rows.map(([head]) => head?.length ?? 0));
  return [
    `${style.bold("usage")}  continuum ${name}${synopsis === "" ? "" : ` ${synopsis}`}`,
    "",
    ...details.flatMap((paragraph) => [paragraph, ""]),
    ...rows.map(([head = "", about = ""]) => `  ${style.cyan(head.padEnd(width))}  ${about}`),
    "",
  ].join("\n");
}
