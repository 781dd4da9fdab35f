/*
 * What `continuum check` and `continuum build` have to say, before it has a form.
 */
import { relative } from "node:path";
import type { Finding, WorkflowSummary } from "@continuum/transformer";

export interface Report {
  readonly findings: readonly Finding[];
  readonly workflows: readonly WorkflowSummary[];
}

export interface Surroundings {
  /** Paths are shown from here. */
  readonly cwd: string;
  /** What paths for machines start from: on GitHub the root of the repository, else `cwd`. */
  readonly root: string;
  /** How wide what people read may be. */
  readonly columns: number;
  /** The text of a file, for code frames; undefined where it is gone. */
  readonly readFile: (fileName: string) => string | undefined;
}

export function countErrors({ findings }: Report): number {
  return findings.filter(({ severity }) => severity === "error").length;
}

/** From the folder that the command runs in, with forward slashes; absolute where it lies elsewhere on another drive. */
export function shownPath(cwd: string, fileName: string): string {
  return relative(cwd, fileName).replaceAll("\\", "/") || ".";
}

/** `2 errors`, `1 error` */
export function counted(n: number, noun: string): string {
  return `${String(n)} ${n === 1 ? noun : `${noun}s`}`;
}
