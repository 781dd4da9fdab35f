/*
 * The manifest of each workflow: what the compiler knows of it, as plain data for the runtime and for people.
 */
import { ABI } from "@continuum/contract";
import type { Site, SiteKey, WorkflowManifest } from "@continuum/contract";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { EffectCall, ProgramModel, WorkflowDefinition } from "../ir/model.js";
import type { WorkflowVersion } from "../ir/version.js";
import type { SiteKeys } from "./site-keys.js";

/** The manifest of each workflow; `modules` are those of other programs that it is made of. */
export function makeManifests(
  model: ProgramModel,
  versions: ReadonlyMap<WorkflowDefinition, WorkflowVersion>,
  keys: SiteKeys,
  modules: ReadonlyMap<WorkflowDefinition, Readonly<Record<string, string>>> = new Map(),
): ReadonlyMap<WorkflowDefinition, WorkflowManifest> {
  const manifests = new Map<WorkflowDefinition, WorkflowManifest>();
  for (const workflow of model.workflows) {
    const version = versions.get(workflow);
    if (version === undefined) continue;
    const manifest = manifestOf(workflow, version, keys);
    const linked = modules.get(workflow) ?? {};
    manifests.set(workflow, Object.keys(linked).length === 0 ? manifest : { ...manifest, modules: linked });
  }
  return manifests;
}

/** By name: the current workflow of each, or the first where a program holds further entrypoints only. */
export function currentManifests(
  manifests: ReadonlyMap<WorkflowDefinition, WorkflowManifest>,
): ReadonlyMap<string, WorkflowManifest> {
  const byName = new Map<string, WorkflowManifest>();
  for (const [{ name, current }, manifest] of manifests)
    if (current || !byName.has(name)) byName.set(name, manifest);
  return byName;
}

function manifestOf(
  workflow: WorkflowDefinition,
  version: WorkflowVersion,
  keys: SiteKeys,
): WorkflowManifest {
  const sites: Record<SiteKey, Site> = {};
  const signals = new Set<string>();
  const activities = new Set<string>();
  const patches = new Set<string>();
  for (const { id, effect } of version.sites) {
    sites[keys.siteKeyOf(effect)] = siteOf(id, effect, workflow, keys);
    if (effect.kind === "signal" && effect.target !== null) signals.add(effect.target);
    if (effect.kind === "patched" && effect.target !== null) patches.add(effect.target);
    for (const name of activitiesOf(effect)) activities.add(name);
  }
  return {
    abi: ABI,
    name: workflow.name,
    versionLabel: workflow.label,
    versionHash: version.hash,
    sites,
    signals: Array.from(signals).sort(),
    activities: Array.from(activities).sort(),
    patches: Array.from(patches).sort(),
  };
}

function siteOf(id: string, effect: EffectCall, workflow: WorkflowDefinition, keys: SiteKeys): Site {
  const { line, character } = effect.file.getLineAndCharacterOfPosition(effect.node.getStart(effect.file));
  return {
    id,
    kind: effect.kind,
    target: effect.target,
    file: keys.locationOf(effect.file).path,
    line: line + 1,
    column: character + 1,
    function: functionName(effect.node) ?? workflow.name,
  };
}

function activitiesOf(effect: EffectCall): readonly string[] {
  const names = effect.activity === null ? [] : [effect.activity.name];
  if (effect.compensate?.kind === "call") names.push(effect.compensate.activity.name);
  if (effect.compensate?.kind === "function")
    for (const { name } of effect.compensate.calls.values()) names.push(name);
  return names;
}

/** The innermost enclosing function that has a name, of its own or from the variable or property that it is given to. */
function functionName(node: TS.Node): string | null {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (!ts.isFunctionLike(at)) continue;
    const name = ts.getNameOfDeclaration(at) ?? givenName(at);
    if (
      name !== undefined &&
      (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isPrivateIdentifier(name))
    )
      return name.text;
  }
  return null;
}

function givenName(node: TS.Node): TS.Node | undefined {
  const { parent } = node;
  if (
    ts.isVariableDeclaration(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent)
  ) {
    return parent.initializer === node ? parent.name : undefined;
  }
  return undefined;
}
