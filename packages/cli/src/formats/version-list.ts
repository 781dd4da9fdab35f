/*
 * The versions of a program's workflows as data: what `continuum versions --json` writes, and `versions diff` reads.
 */
import type { WorkflowSummary } from "@continuum/transformer";
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
}

export interface ListedDeclaration {
  readonly name: string;
  /** Relative to the root of its package, so that two lists agree wherever they were written. */
  readonly file: string;
  /** Where it stood when the list was written. */
  readonly path: string;
  readonly line: number;
  readonly hash: string;
}

export function versionList(workflows: readonly WorkflowSummary[], cwd: string): VersionList {
  return {
    format: 1,
    workflows: workflows.map(({ name, label, current, fileName, line, hash, effects, declarations }) => ({
      name,
      label,
      current,
      file: shownPath(cwd, fileName),
      line,
      hash,
      effects,
      declarations: declarations.map((each) => ({
        name: each.name,
        file: each.file,
        path: shownPath(cwd, each.fileName),
        line: each.line,
        hash: each.hash,
      })),
    })),
  };
}
