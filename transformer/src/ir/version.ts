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
  /** In canonical order. */
  readonly sites: readonly ReachedSite[];
}
