/*
 * `continuum check`: everything that is wrong with a project, and its workflows.
 */
import { readFileSync } from "node:fs";
import { checkProject } from "@continuum/transformer";
import { refuseNames, textFlag } from "../arguments.js";
import type { Arguments } from "../arguments.js";
import { PROJECT, TRUST } from "../command.js";
import type { Command } from "../command.js";
import { FORMATS, formatReport, readFormat } from "../formats/formats.js";
import { countErrors } from "../formats/report.js";
import type { Surroundings } from "../formats/report.js";
import type { Io } from "../io.js";

export const check: Command = {
  name: "check",
  about: "report everything that is wrong with a project, and list its workflows",
  synopsis: "[-p PATH] [--format pretty|json|github|sarif]",
  details: [
    "Reports TypeScript's errors and Continuum's: each with its place, the way from the workflow to it,\nand what to write instead. Then lists the workflows. Writes no files.",
    "Ends with 0, with 1 if there are errors, with 2 if it could not begin.",
  ],
  flags: {
    project: PROJECT,
    format: { type: "string", value: "FORMAT", about: `${FORMATS.join(", ")} (default: pretty)` },
    trust: TRUST,
  },
  run(args, io) {
    refuseNames("check", args, "Name the project with -p: continuum check -p tsconfig.json");
    const format = readFormat(textFlag(args, "format"));
    const source = sourceOf(args, io);
    const report = checkProject(source);
    io.out(formatReport(format, report, surroundingsOf(io), io));
    return countErrors(report) > 0 ? 1 : 0;
  },
};

/** The project that the flags name. */
export function sourceOf(
  args: Arguments,
  io: Io,
): {
  readonly tsconfig: string;
  readonly currentDirectory: string;
  readonly trustedModules: readonly string[];
} {
  const trusted = args.flags["trust"];
  return {
    tsconfig: textFlag(args, "project") ?? ".",
    currentDirectory: io.cwd,
    trustedModules: Array.isArray(trusted) ? trusted.filter((each) => typeof each === "string") : [],
  };
}

/** Reads each file once: many mistakes stand in one. */
export function surroundingsOf({ cwd }: Io): Surroundings {
  const texts = new Map<string, string | undefined>();
  return {
    cwd,
    readFile(fileName) {
      if (!texts.has(fileName)) texts.set(fileName, readText(fileName));
      return texts.get(fileName);
    },
  };
}

function readText(fileName: string): string | undefined {
  try {
    return readFileSync(fileName, "utf8").replace(/^\uFEFF/, "");
  } catch {
    // Gone since it was checked: the mistake is shown without its lines.
    return undefined;
  }
}
