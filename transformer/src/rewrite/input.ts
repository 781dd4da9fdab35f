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
  /** Modules that other programs may be linked with: what they note when they are loaded, and a digest of all they tell. */
  readonly registered: ReadonlyMap<TS.SourceFile, { readonly meaning: string; readonly digest: string }>;
  /** Of another program, and emitted there. */
  isLinked(file: TS.SourceFile): boolean;
}
