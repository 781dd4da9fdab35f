import type { SiteKey, WorkflowManifest } from "@continuum/contract";
import type { TS } from "../compiler/ts.js";
import type { EffectCall, ProgramModel, WorkflowDefinition } from "../ir/model.js";

/** What the rewrite is told by the passes before it. */
export interface RewriteInput {
  readonly model: ProgramModel;
  readonly manifests: ReadonlyMap<WorkflowDefinition, WorkflowManifest>;
  siteKeyOf(effect: EffectCall): SiteKey;
  /** The key under which a module registers its activities; the prefix of its site keys. */
  moduleKeyOf(file: TS.SourceFile): string;
}
