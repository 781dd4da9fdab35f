/*
 * The keys that compiled code carries at effect calls.
 *
 * Invariants
 *  1. A helper is emitted once, whatever reaches it, so a key depends on its module alone and never on a workflow.
 *  2. Keys count in source order within the file: the order in which passes meet the calls does not matter.
 *  3. A key means something within one build only; each workflow's manifest maps it to a lasting site id.
 */
import type { SiteKey } from "@continuum/contract";
import { moduleKey } from "../compiler/packages.js";
import type { FileLocation } from "../compiler/packages.js";
import type { TS } from "../compiler/ts.js";
import type { EffectCall, ProgramModel } from "../ir/model.js";

/** The keys of all effect calls of a program, and the prefix of each module. */
export interface SiteKeys {
  /** Throws when `effect` is not of the model that the keys were made for: that is our bug. */
  siteKeyOf(effect: EffectCall): SiteKey;
  /** The first argument of `activities(…)`, for example `shop/src/order`. */
  moduleKeyOf(file: TS.SourceFile): string;
  locationOf(file: TS.SourceFile): FileLocation;
}

/**
 * Numbers the effect calls of `model` as `<module key>#<ordinal in source order within the file>`, from 0. Those that another
 * program compiled have the keys that they were given there.
 */
export function assignSiteKeys(
  model: ProgramModel,
  locationOf: (file: TS.SourceFile) => FileLocation,
  linkedKeyOf: (effect: EffectCall) => SiteKey | null = () => null,
): SiteKeys {
  const byFile = new Map<TS.SourceFile, EffectCall[]>();
  const keys = new Map<TS.CallExpression, SiteKey>();
  for (const effect of model.effects.values()) {
    const linked = linkedKeyOf(effect);
    if (linked !== null) {
      keys.set(effect.node, linked);
      continue;
    }
    const siblings = byFile.get(effect.file);
    if (siblings === undefined) byFile.set(effect.file, [effect]);
    else siblings.push(effect);
  }
  for (const [file, effects] of byFile) {
    const prefix = moduleKey(locationOf(file));
    // A call and one nested in its callee start at the same offset; the outer one ends later and comes first.
    effects.sort((a, b) => a.node.getStart(file) - b.node.getStart(file) || b.node.end - a.node.end);
    effects.forEach((effect, ordinal) => keys.set(effect.node, `${prefix}#${String(ordinal)}`));
  }
  return {
    siteKeyOf(effect) {
      const key = keys.get(effect.node);
      if (key === undefined)
        throw new Error(
          `CTM9001: no site key for the call at ${effect.file.fileName}:${String(effect.node.pos)}`,
        );
      return key;
    },
    moduleKeyOf: (file) => moduleKey(locationOf(file)),
    locationOf,
  };
}
