/*
 * Which exports of the authoring entry ask something of the run. The others (`hours`, `defineSignal`, `map`, …) are ordinary
 * functions, also in compiled code.
 */
import type { EffectKind } from "@continuum/contract";

const EFFECTS: ReadonlySet<string> = new Set<EffectKind>([
  "activity",
  "awaitChild",
  "cancelChild",
  "child",
  "compensate",
  "compensateAll",
  "continueAsNew",
  "now",
  "patched",
  "random",
  "sendSignal",
  "sideEffect",
  "signal",
  "startChild",
  "timer",
  "today",
  "uuid4",
]);

/** The effect that an export of the authoring entry asks for, if it does: `activity`, `log.info`. */
export function effectNamed(name: string | null): EffectKind | null {
  if (name === null) return null;
  if (name.startsWith("log.")) return "log";
  return isEffect(name) ? name : null;
}

function isEffect(name: string): name is EffectKind {
  return EFFECTS.has(name);
}
