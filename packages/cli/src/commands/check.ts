/*
 * `continuum check`: everything that is wrong with a project, and its workflows.
 */
import { checkProject } from "@continuum/transformer";
import { refuseNames, textFlag } from "../arguments.js";
import { PROJECT, TRUST } from "../command.js";
import type { Command } from "../command.js";
import { FORMATS, formatReport, readFormat } from "../formats/formats.js";
import { countErrors } from "../formats/report.js";
import { UsageError } from "../usage-error.js";
import { existingSource, surroundingsOf } from "./surroundings.js";

export const check: Command = {
  name: "check",
  about: "report everything that is wrong with a project, and list its workflows",
  synopsis: "[-p PATH] [--watch] [--format pretty|json|github|sarif]",
  details: [
    "Reports TypeScript's errors and Continuum's: each with its place, the way from the workflow to it,\nand what to write instead. Then lists the workflows. Writes no files.",
    "--watch goes on until Ctrl-C, and then ends with 0. With --format json it prints one object a line for each check.",
    "Ends with 0, with 1 if there are errors, with 2 if it could not begin.",
  ],
  flags: {
    project: PROJECT,
    watch: { type: "boolean", short: "w", about: "check again whenever a file changes" },
    format: { type: "string", value: "FORMAT", about: `${FORMATS.join(", ")} (default: pretty)` },
    trust: TRUST,
  },
  async run(args, io) {
    refuseNames("check", args, "Name the project with -p: continuum check -p tsconfig.json");
    const format = readFormat(textFlag(args, "format"), FORMATS);
    const source = existingSource(args, io);
    if (args.flags["watch"] === true) {
      if (format === "pretty" || format === "json") {
        // What watches files takes a while to load, and most checks are of one state.
        const { watch } = await import("./watch.js");
        return watch(source, format, io);
      }
      throw new UsageError(
        "CTM1331",
        `--watch does not go with --format ${format}, which is one report of one state.`,
        "Watch with --format pretty or --format json, or leave out --watch.",
      );
    }
    const report = checkProject(source);
    io.out(formatReport(format, report, surroundingsOf(io), io));
    return countErrors(report) > 0 ? 1 : 0;
  },
};
