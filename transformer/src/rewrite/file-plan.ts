/*
 * What changes in each file, decided before any node is touched: a file that has no plan passes through untouched.
 */
import { canonicalJson, sha256 } from "@continuum/contract";
import type { SiteKey, WorkflowManifest } from "@continuum/contract";
import type { TS } from "../compiler/ts.js";
import type {
  ActivityReference,
  ColouredFunction,
  EffectCall,
  FunctionNode,
  WorkflowDefinition,
} from "../ir/model.js";
import type { RewriteInput } from "./input.js";

export interface PlannedEffect {
  readonly effect: EffectCall;
  readonly site: SiteKey;
}

export interface FilePlan {
  readonly file: TS.SourceFile;
  readonly moduleKey: string;
  readonly coloured: ReadonlyMap<FunctionNode, ColouredFunction>;
  readonly effects: ReadonlyMap<TS.Node, PlannedEffect>;
  /** Calls in `compensate:` that become unscheduled calls. */
  readonly calls: ReadonlyMap<TS.Node, ActivityReference>;
  readonly promises: ReadonlySet<TS.Node>;
  /** Activity name → one expression of this file that names it, sorted by name. */
  readonly activities: ReadonlyMap<string, ActivityReference>;
  /** Of the workflows that this file defines. */
  readonly manifests: ReadonlyMap<WorkflowDefinition, WorkflowManifest>;
}

interface MutablePlan {
  readonly coloured: Map<FunctionNode, ColouredFunction>;
  readonly effects: Map<TS.Node, PlannedEffect>;
  readonly calls: Map<TS.Node, ActivityReference>;
  readonly promises: Set<TS.Node>;
}

export function planFiles(input: RewriteInput): ReadonlyMap<TS.SourceFile, FilePlan> {
  const drafts = new Map<TS.SourceFile, MutablePlan>();
  const draftOf = (file: TS.SourceFile): MutablePlan => {
    let draft = drafts.get(file);
    if (draft === undefined) {
      draft = { coloured: new Map(), effects: new Map(), calls: new Map(), promises: new Set() };
      drafts.set(file, draft);
    }
    return draft;
  };
  for (const [node, coloured] of input.model.coloured)
    draftOf(node.getSourceFile()).coloured.set(node, coloured);
  for (const [node, effect] of input.model.effects) {
    const draft = draftOf(effect.file);
    draft.effects.set(node, { effect, site: input.siteKeyOf(effect) });
    for (const [call, activity] of callsIn(effect)) draft.calls.set(call, activity);
  }
  for (const node of input.model.promises) draftOf(node.getSourceFile()).promises.add(node);
  return new Map(
    Array.from(drafts)
      .filter(([file]) => !input.isLinked(file))
      .map(([file, draft]) => [file, finish(file, draft, input)]),
  );
}

/**
 * A digest of everything that the emission of a file depends on beyond its own text: which of its functions are coloured,
 * which calls are effects under which keys and names, and the manifests that it embeds. Two equal digests over equal text
 * give equal output, so a host that keeps them knows which old output is stale.
 */
export function digestOf(plan: FilePlan): string {
  return sha256(
    canonicalJson({
      module: plan.moduleKey,
      coloured: Array.from(plan.coloured, ([node, { workflow }]) => [node.pos, workflow?.name ?? null]).sort(
        byPosition,
      ),
      effects: Array.from(plan.effects.values(), ({ effect, site }) => [
        effect.node.pos,
        site,
        effect.kind,
        effect.activity?.name ?? null,
        effect.contender,
      ]).sort(byPosition),
      calls: Array.from(plan.calls, ([node, activity]) => [node.pos, activity.name]).sort(byPosition),
      promises: Array.from(plan.promises, (node) => [node.pos]).sort(byPosition),
      manifests: Array.from(plan.manifests.values(), (manifest) => JSON.stringify(manifest)),
    }),
  );
}

function byPosition(a: readonly unknown[], b: readonly unknown[]): number {
  return Number(a[0]) - Number(b[0]);
}

function finish(file: TS.SourceFile, draft: MutablePlan, input: RewriteInput): FilePlan {
  const named = Array.from(draft.effects.values(), ({ effect }) => effect.activity)
    .filter((activity) => activity !== null)
    .concat(...draft.calls.values())
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.callee.pos - b.callee.pos));
  const activities = new Map<string, ActivityReference>();
  for (const activity of named) if (!activities.has(activity.name)) activities.set(activity.name, activity);
  const manifests = new Map<WorkflowDefinition, WorkflowManifest>();
  for (const { workflow } of draft.coloured.values()) {
    if (workflow === null) continue;
    const manifest = input.manifests.get(workflow);
    if (manifest === undefined)
      throw new Error(`CTM9002: no manifest was made for workflow "${workflow.name}"`);
    manifests.set(workflow, manifest);
  }
  return { file, moduleKey: input.moduleKeyOf(file), ...draft, activities, manifests };
}

function callsIn(effect: EffectCall): Iterable<readonly [TS.Node, ActivityReference]> {
  const option = effect.compensate;
  if (option === null || option.kind === "none") return [];
  return option.kind === "call" ? [[option.node, option.activity]] : option.calls;
}
