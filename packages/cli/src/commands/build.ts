/*
 * `continuum build`: compiles a project, and writes what tsc would write.
 */
import { buildProject } from "@continuum/transformer";
import { refuseNames, textFlag } from "../arguments.js";
import { PROJECT, TRUST } from "../command.js";
import type { Command } from "../command.js";
import { FORMATS, formatReport, readFormat } from "../formats/formats.js";
import { countErrors, counted, shownPath } from "../formats/report.js";
import { styleOf } from "../terminal/style.js";
import { existingSource, surroundingsOf } from "./surroundings.js";

export const build: Command = {
  name: "build",
  about: "compile a project, as tsc does, with its workflows made durable",
  synopsis: "[-p PATH] [--outDir DIR] [--format pretty|json|github|sarif]",
  details: [
    "Compiles a project, and before it the projects that its references name, with the compiler that Continuum\nbrings: your own TypeScript may be 5.9, 6 or 7. Writes JavaScript, maps and declarations as the tsconfig says,\nand nothing at all if there are errors.",
    "Ends with 0, with 1 if there are errors, with 2 if it could not begin.",
  ],
  flags: {
    project: PROJECT,
    outDir: { type: "string", value: "DIR", about: "write here instead of where the tsconfig says" },
    format: { type: "string", value: "FORMAT", about: `${FORMATS.join(", ")} (default: pretty)` },
    trust: TRUST,
  },
  run(args, io) {
    refuseNames("build", args, "Name the project with -p: continuum build -p tsconfig.json");
    const format = readFormat(textFlag(args, "format"), FORMATS);
    const outDir = textFlag(args, "outDir");
    const built = buildProject({ ...existingSource(args, io), ...(outDir === undefined ? {} : { outDir }) });
    io.out(formatReport(format, built, surroundingsOf(io), io));
    if (countErrors(built) > 0) return 1;
    if (format === "pretty") {
      const style = styleOf(io);
      io.out(`${style.dim(wroteText(built.written, io.cwd))}\n`);
    }
    return 0;
  },
};

function wroteText(written: readonly string[], cwd: string): string {
  if (written.length === 0) return "nothing to write: all of it is up to date";
  const folders = written.map((name) => shownPath(cwd, name).split("/").slice(0, -1));
  const [first = [], ...others] = folders;
  const common = others.reduce((shared, folder) => {
    const end = shared.findIndex((part, i) => part !== folder[i]);
    return end === -1 ? shared : shared.slice(0, end);
  }, first);
  return `wrote ${counted(written.length, "file")} to ${common.join("/") || "."}`;
}
