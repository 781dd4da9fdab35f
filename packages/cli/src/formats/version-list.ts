/*
 * The versions of a program's workflows as data: what `continuum versions --json` writes, and `versions diff` reads.
 */
import type { PackageVersion, WorkflowSummary } from "@continuum/transformer";
import { shownPath } from "./report.js";

export interface VersionList {
  readonly format: 1;
  readonly workflows: readonly ListedWorkflow[];
}

export interface ListedWorkflow {
  readonly name: string;
  readonly label: string;
  readonly current: boolean;
  readonly file: string;
  readonly line: number;
  /** The version hash; null where the program has errors. */
  readonly hash: string | null;
  readonly effects: Readonly<Record<string, number>>;
  /** What the workflow is made of, itself first; each hash is of one declaration alone. */
  readonly declarations: readonly ListedDeclaration[];
  /** Missing in lists of earlier versions of this program, as what a declaration says beyond its hash is. */
  readonly packages?: readonly PackageVersion[];
}

export interface ListedDeclaration {
  readonly name: string;
  /** Relative to the root of its package, so that two lists agree wherever they were written. */
  readonly file: string;
  /** Where it stood when the list was written. */
  readonly path: string;
  readonly line: number;
  readonly hash: string;
  /** Of it alone, whatever it and the things are called that it refers to. */
  readonly form?: string;
  /** What it refers to, in order: places in this list. */
  readonly references?: readonly number[];
  /** What its functions are called, where the workflow reads that. */
  readonly functionNames?: readonly string[];
  /** `Level.Low` → the text of its value. */
  readonly constants?: Readonly<Record<string, string>>;
}

export function versionList(workflows: readonly WorkflowSummary[], cwd: string): VersionList {
  return {
    format: 1,
    workflows: workflows.map(({ fileName, declarations, ...workflow }) => ({
      name: workflow.name,
      label: workflow.label,
      current: workflow.current,
      file: shownPath(cwd, fileName),
      line: workflow.line,
      hash: workflow.hash,
      effects: workflow.effects,
      declarations: declarations.map((each) => ({
        name: each.name,
        file: each.file,
        path: shownPath(cwd, each.fileName),
        line: each.line,
        hash: each.hash,
        form: each.form,
        references: each.references,
        ...(each.functionNames === null ? {} : { functionNames: each.functionNames }),
        ...(Object.keys(each.constants).length === 0 ? {} : { constants: each.constants }),
      })),
      packages: workflow.packages,
    })),
  };
}
