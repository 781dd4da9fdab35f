/*
 * `continuum versions`: the version hash of each workflow; `versions diff OLD NEW`: what changed between two of them.
 */
import { checkProject } from "@continuum/transformer";
import type { CheckedProject } from "@continuum/transformer";
import { refuseNames } from "../arguments.js";
import type { Arguments } from "../arguments.js";
import { PROJECT, TRUST } from "../command.js";
import type { Command } from "../command.js";
import { formatReport } from "../formats/formats.js";
import { workflowTable } from "../formats/pretty.js";
import { countErrors } from "../formats/report.js";
import { versionList } from "../formats/version-list.js";
import type { VersionList } from "../formats/version-list.js";
import type { Io } from "../io.js";
import { styleFor, wantsColours } from "../terminal/style.js";
import { UsageError } from "../usage-error.js";
import { compareVersions } from "../versions/compare.js";
import { describeDifferences } from "../versions/describe.js";
import { readVersionList } from "../versions/read-list.js";
import { sourceOf, surroundingsOf } from "./surroundings.js";

export const versions: Command = {
  name: "versions",
  about: "list the workflows with their version hashes, or say what changed",
  synopsis: "[-p PATH] [--json] | versions diff OLD [NEW] [-p PATH] [--json]",
  details: [
    "Lists the workflows of a project, each with the hash of what its code means: the same on every machine,\nuntouched by formatting, comments, names of locals and moves of files.",
    "versions diff names what changed. OLD and NEW are files that `continuum versions --json` wrote; without NEW\nit compares with what is on disk now:",
    "  continuum versions --json > deployed.json\n  continuum versions diff deployed.json",
    "Ends with 0, with 1 if the program has errors, with 2 if it could not begin.",
  ],
  flags: { project: PROJECT, json: { type: "boolean", about: "as JSON" }, trust: TRUST },
  run(args, io) {
    if (args.names[0] === "diff") return diff(args, io);
    refuseNames("versions", args, "Write: continuum versions, or continuum versions diff OLD [NEW]");
    const checked = checkedNow(args, io);
    if (checked === null) return 1;
    if (args.flags["json"] === true)
      io.out(`${JSON.stringify(versionList(checked.workflows, io.cwd), null, 2)}\n`);
    else if (checked.workflows.length === 0) io.out("There are no workflows in this project.\n");
    else io.out(`${workflowTable(checked.workflows, io.cwd, styleOf(io))}\n`);
    return 0;
  },
};

function diff(args: Arguments, io: Io): number {
  const [, old, now, ...others] = args.names;
  if (old === undefined || others.length > 0)
    throw new UsageError(
      "CTM1331",
      "continuum versions diff compares two lists of versions.",
      "Write: continuum versions --json > deployed.json, later: continuum versions diff deployed.json",
    );
  const before = readVersionList(old, io.cwd);
  const after = now === undefined ? listNow(args, io) : readVersionList(now, io.cwd);
  if (after === null) return 1;
  const differences = compareVersions(before, after);
  if (args.flags["json"] === true) io.out(`${JSON.stringify(differences, null, 2)}\n`);
  else io.out(`${describeDifferences(differences, styleOf(io))}\n`);
  return 0;
}

function listNow(args: Arguments, io: Io): VersionList | null {
  const checked = checkedNow(args, io);
  return checked === null ? null : versionList(checked.workflows, io.cwd);
}

/** Null where the program has errors, and therefore no versions: they are reported. */
function checkedNow(args: Arguments, io: Io): CheckedProject | null {
  const checked = checkProject(sourceOf(args, io));
  const isVersioned = checked.workflows.every(({ hash }) => hash !== null);
  if (countErrors(checked) === 0 || isVersioned) return checked;
  io.err(formatReport("pretty", checked, surroundingsOf(io), io));
  return null;
}

function styleOf(io: Io): ReturnType<typeof styleFor> {
  return styleFor(wantsColours(io.environment, io.isTerminal));
}
