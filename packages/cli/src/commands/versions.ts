/*
 * `continuum versions`: the version hash of each workflow; `versions diff`: what changed between two of them.
 */
import { checkProject } from "@continuum/transformer";
import type { CheckedProject } from "@continuum/transformer";
import { refuseNames, textFlag } from "../arguments.js";
import type { Arguments } from "../arguments.js";
import { PROJECT, TRUST } from "../command.js";
import type { Command } from "../command.js";
import { formatReport, readFormat } from "../formats/formats.js";
import { workflowTable } from "../formats/workflow-table.js";
import { countErrors, counted } from "../formats/report.js";
import { versionList } from "../formats/version-list.js";
import type { VersionList } from "../formats/version-list.js";
import type { Io } from "../io.js";
import { styleOf } from "../terminal/style.js";
import { UsageError } from "../usage-error.js";
import { existingSource, surroundingsOf } from "./surroundings.js";

const DIFF_FORMATS = ["pretty", "json", "github"] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

export const versions: Command = {
  name: "versions",
  about: "list the workflows with their version hashes, or say what changed",
  synopsis:
    "[-p PATH] [--format pretty|json] | versions diff OLD [NEW] [-p PATH] [--format pretty|json|github]",
  details: [
    "Lists the workflows of a project, each with the hash of what its code means: the same on every machine,\nuntouched by formatting, comments, names of locals and moves of files.",
    "versions diff names what changed. OLD and NEW are revisions of git, or files that `continuum versions --json`\nwrote; without NEW it compares with what is on disk now:",
    "  continuum versions diff main             what is on disk, with main\n  continuum versions diff v1.2..HEAD       two revisions; with three dots, since they parted\n  continuum versions diff deployed.json    what is on disk, with a list that was kept",
    "Revisions are read in a temporary folder, with the packages that are installed now.",
    "Ends with 0, whether or not something changed; with 1 if what is on disk has errors; with 2 if it could not\nbegin, or a revision can't be read or has errors; with 130 on Ctrl-C.",
  ],
  flags: {
    project: PROJECT,
    format: {
      type: "string",
      value: "FORMAT",
      about: "pretty, json; for diff also github (default: pretty)",
    },
    json: { type: "boolean", about: "the same as --format json" },
    trust: TRUST,
  },
  async run(args, io) {
    const isDiff = args.names[0] === "diff";
    const format = formatOf(args, isDiff ? DIFF_FORMATS : DIFF_FORMATS.slice(0, 2));
    if (isDiff) {
      // Git and the comparison are of no use to the other commands, whose start they would delay.
      const { diff } = await import("./versions-diff.js");
      return diff(args, format, io, () => listNow(args, io));
    }
    refuseNames("versions", args, "Write: continuum versions, or: continuum versions diff OLD [NEW]");
    const checked = checkedNow(args, io);
    if (checked === null) return 1;
    if (format === "json") io.out(`${JSON.stringify(versionList(checked.workflows, io.cwd), null, 2)}\n`);
    else if (checked.workflows.length === 0) io.out("There are no workflows in this project.\n");
    else io.out(`${workflowTable(checked.workflows, io, styleOf(io))}\n`);
    return 0;
  },
};

/** @throws UsageError */
function formatOf(args: Arguments, known: readonly DiffFormat[]): DiffFormat {
  const asked = textFlag(args, "format");
  if (args.flags["json"] !== true) return readFormat(asked, known);
  if (asked === undefined || asked === "json") return "json";
  throw new UsageError("CTM1331", `--json does not go with --format ${asked}.`, "Leave out one of them.");
}

function listNow(args: Arguments, io: Io): VersionList | null {
  const checked = checkedNow(args, io);
  return checked === null ? null : versionList(checked.workflows, io.cwd);
}

/** Null where the program has errors that leave it without versions: they are reported. Of mere type errors it is told. */
function checkedNow(args: Arguments, io: Io): CheckedProject | null {
  const checked = checkProject(existingSource(args, io));
  const errors = countErrors(checked);
  if (errors === 0) return checked;
  // A program whose imports can't be resolved has no workflows that anybody could see, and would seem to have lost them.
  const isVersioned = checked.workflows.length > 0 && checked.workflows.every(({ hash }) => hash !== null);
  if (!isVersioned) {
    io.err(formatReport("pretty", checked, surroundingsOf(io), io));
    return null;
  }
  io.err(`The program has ${counted(errors, "error")} of types: continuum check shows them.\n`);
  return checked;
}
