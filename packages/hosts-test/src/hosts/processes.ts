/*
 * The hosts that are programs of their own: tspc, and `continuum check` and `continuum build`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { diagnosticText, diagnosticsIn } from "../outcome.js";
import type { Outcome } from "../outcome.js";
import type { TestedProject } from "../project.js";
import { isCompiled, isRefusing, outputOf } from "./library.js";

const cli = join(import.meta.dirname, "../../node_modules/@continuum/cli/bin/continuum.js");

function run(
  project: TestedProject,
  script: string,
  ...args: readonly string[]
): { out: string; errors: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: project.folder,
    encoding: "utf8",
  });
  return { out: stdout, errors: stderr };
}

/** What stands in the output folder, which is empty afterwards. */
function written(project: TestedProject): Pick<Outcome, "modules" | "refusing"> {
  const output = project.sources.map((source) =>
    source.replace(join(project.folder, "src"), join(project.folder, "dist")).replace(/\.ts$/, ".js"),
  );
  const texts = output
    .filter((file) => existsSync(file))
    .map((file) => [file, readFileSync(file, "utf8")] as const);
  rmSync(join(project.folder, "dist"), { recursive: true, force: true });
  const files = new Map(texts);
  return { modules: outputOf(project, files, isCompiled), refusing: outputOf(project, files, isRefusing) };
}

/** tsc prints errors in its own form, the path and the hint below; warnings, which it has no form for, as they are. */
export function byTspc(project: TestedProject): Outcome {
  const { out, errors } = run(project, join(project.folder, "node_modules/ts-patch/bin/tspc.js"), "-p", ".");
  const found = [
    ...out.matchAll(/^(.+?)\((\d+),(\d+)\): (error) TS\d+: (CTM\d{4}): (.*)\n((?: {2}.*\n)*)/gm),
  ].map(([, file = "", line = "", column = "", severity = "", code = "", message = "", details = ""]) => {
    const lines = details
      .trimEnd()
      .split("\n")
      .map((each) => each.trim());
    const hint = lines.pop()?.replace(/^hint: /, "") ?? "";
    const path = lines.map((each) => {
      const [, text = "", place = ""] = /^(.*) \(([^()]*)\)$/.exec(each) ?? [];
      return { text, place };
    });
    return diagnosticText(`${file}:${line}:${column}`, severity, code, message, path, hint);
  });
  return { ...written(project), diagnostics: [...found, ...diagnosticsIn([errors])].sort() };
}

interface CliPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface CliReport {
  readonly diagnostics: readonly (CliPlace & {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
    readonly hint: string;
    readonly path: readonly (CliPlace & { readonly text: string })[];
  })[];
  readonly workflows: readonly { readonly name: string; readonly hash: string | null }[];
}

/** The hashes that `continuum check` prints, by workflow. */
export interface Checked extends Outcome {
  readonly hashes: Readonly<Record<string, string | null>>;
}

function report(out: string): Checked {
  const { diagnostics, workflows } = JSON.parse(out) as CliReport;
  // Of a package, the others leave out where it is installed.
  const placeText = ({ file, line, column }: CliPlace): string =>
    `${file.replace(/^node_modules\//, "")}:${String(line)}:${String(column)}`;
  return {
    modules: null,
    refusing: {},
    diagnostics: diagnostics
      .map((each) =>
        diagnosticText(
          placeText(each),
          each.severity,
          each.code,
          each.message,
          each.path.map((step) => ({ text: step.text, place: placeText(step) })),
          each.hint,
        ),
      )
      .sort(),
    hashes: Object.fromEntries(workflows.map(({ name, hash }) => [name, hash])),
  };
}

export function byCheck(project: TestedProject): Checked {
  return report(run(project, cli, "check", "--format", "json").out);
}

export function byBuild(project: TestedProject): Checked {
  const built = report(run(project, cli, "build", "--format", "json").out);
  return { ...built, ...written(project) };
}
