/*
 * What versioning knows of a workflow, handed to the manifest.
 */
import type { TS } from "../compiler/ts.js";
import type { EffectCall } from "./model.js";

/** One declaration that a workflow is made of; names a difference for people, and is never an identity. */
export interface DeclarationVersion {
  readonly name: string;
  readonly file: TS.SourceFile;
  /** Where it stands in the file. */
  readonly node: TS.Node;
  readonly hash: string;
  /** Of it alone: what it refers to is a number in it, and not a name. */
  readonly form: string;
  /** What it refers to, in order: places in the list of the workflow's declarations. */
  readonly references: readonly number[];
  /** What its functions are called; null where the workflow reads no function's name. */
  readonly functionNames: readonly string[] | null;
  /** `Level.Low` → what stands in its place. */
  readonly constants: ReadonlyMap<string, string>;
}

/** A package that a workflow is made of, by one of its specifiers. */
export interface PackageVersion {
  readonly specifier: string;
  /** As it stands in package.json; empty for one that is imported by a path. */
  readonly range: string;
  /** The digest of its code, where no range tells of its edits. */
  readonly content: string | null;
}

/** An effect call that a workflow can reach, under its lasting id. */
export interface ReachedSite {
  readonly id: string;
  readonly effect: EffectCall;
}

export interface WorkflowVersion {
  /** 64 hexadecimal digits. */
  readonly hash: string;
  /** In canonical order, the workflow itself first. */
  readonly declarations: readonly DeclarationVersion[];
  readonly packages: readonly PackageVersion[];
  /** In canonical order. */
  readonly sites: readonly ReachedSite[];
}
