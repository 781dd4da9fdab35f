/*
 * Several projects checked as one: each after those that it refers to. Of all of them it is told what is wrong, once and at its root.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { WorkflowSummary } from "../pipeline.js";
import type { CheckedProject } from "./check-project.js";
import type { Finding } from "./finding.js";
import type { ProgramInputs } from "./open-program.js";

/**
 * Checks `projects`, which stand in the order of their references, by `checkOne`: it also hands on what a project writes. Of `asked`
 * all is told, of those that it only refers to what is wrong; where it names no files, it stands for all.
 */
export function checkInOrder(
  projects: readonly ProgramInputs[],
  asked: ProgramInputs,
  checkOne: (project: ProgramInputs) => CheckedProject,
): CheckedProject {
  const failed = new Set<string>();
  const findings: Finding[] = [];
  const workflows: WorkflowSummary[] = [];
  for (const project of projects) {
    const configPath = project.configPath ?? "";
    const broken = project.references.filter((each) => failed.has(ts.resolveProjectReferencePath(each)));
    if (broken.length > 0) {
      failed.add(configPath);
      findings.push(notChecked(configPath, broken));
      continue;
    }
    const isAsked = asked.rootNames.length === 0 || configPath === asked.configPath;
    const checked = checkOne(project);
    const isBroken = checked.findings.some(({ severity }) => severity === "error");
    if (isBroken) failed.add(configPath);
    if (isAsked || isBroken) findings.push(...checked.findings);
    if (isAsked) workflows.push(...checked.workflows);
  }
  return { findings, workflows };
}

/** What it would be told of code that is not there would be noise. */
function notChecked(configPath: string, broken: readonly TS.ProjectReference[]): Finding {
  const names = broken.map(({ originalPath, path }) => originalPath ?? path).join(" and ");
  return {
    code: "CTM1323",
    severity: "warning",
    fileName: configPath,
    place: null,
    message: `This project was not checked: it refers to ${names}, where there are errors.`,
    hint: "Mend those first.",
    path: [],
  };
}
