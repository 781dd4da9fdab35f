/*
 * Values that are wanted at once and are recorded: `patched` and `sideEffect` (R1, R10).
 *
 * Invariants:
 *   V1  On replay what is recorded stands; a side effect's function does not run.
 *   V2  A side effect's outcome is recorded whatever it is: a value, an error, or that it cannot be stored.
 *   V3  `patched` has one answer per name and run: the first.
 */
import type { SiteKey } from "@continuum/contract";
import { ContinuumError } from "./continuum-error.js";
import { exchangeCurrentRun } from "./current.js";
import type { RecordedCommand } from "./events.js";
import { decodeFailure, encodeFailure } from "./failures.js";
import type { Payload } from "./ids.js";
import { idText } from "./option-rules.js";
import type { Run } from "./run.js";
import { unstorable } from "./run-end.js";

/** `patched(name)`: false where the history is from before the call was written. */
export function patched(run: Run, key: SiteKey, name: unknown): boolean {
  if (typeof name !== "string" || idText(name) !== null) {
    throw new ContinuumError({
      code: "CTM3903",
      message: "patched() was given no name.",
      hint: 'The name of a patch is a text that lasts as long as its runs: patched("charge-in-cents").',
    });
  }
  const known = run.patches.get(name);
  if (known !== undefined) return known;
  if (run.site(key) === null || run.loop.halted) return false;
  const { upcoming } = run;
  const before = run.replaying && (upcoming?.kind !== "patch_decided" || upcoming.name !== name);
  const decided = before ? null : run.issue({ kind: "patch_decided", name, value: true });
  const value = decided?.kind === "patch_decided" && decided.value;
  run.patches.set(name, value);
  return value;
}

type SideEffect = Extract<RecordedCommand, { kind: "side_effect_recorded" }>;

/** `sideEffect(make)`: gives a decoded copy, live as on replay (R19). */
export function sideEffect<T>(run: Run, key: SiteKey, make: () => T): T {
  if (typeof make !== "function") {
    throw new ContinuumError({
      code: "CTM3903",
      message: "sideEffect() was given no function.",
      hint: "Give it a synchronous function: sideEffect(() => readConfiguration()).",
    });
  }
  const site = run.site(key);
  if (site === null || run.loop.halted) return undefined as T;
  const made = run.replaying ? REPLAYED : outcomeOf(run, make);
  const recorded = run.issue({ kind: "side_effect_recorded", site: site.id, ...made }) as SideEffect | null;
  if (recorded === null) return undefined as T;
  return read(run, recorded) as T;
}

interface Made {
  readonly failed: boolean;
  readonly payload: Payload;
}

// What is issued on replay is not compared; the recorded one is what counts.
const REPLAYED: Made = { failed: false, payload: "" as Payload };

function outcomeOf(run: Run, make: () => unknown): Made {
  const { codec } = run.ports;
  const threw = (error: unknown): Made => ({ failed: true, payload: encodeFailure(codec, error) });
  const previous = exchangeCurrentRun(null);
  let value: unknown;
  try {
    value = make();
  } catch (error) {
    return threw(error);
  } finally {
    exchangeCurrentRun(previous);
  }
  if (value instanceof Promise) {
    void value.then(ignore, ignore);
    return threw(asynchronous());
  }
  try {
    return { failed: false, payload: codec.encode(value) };
  } catch (error) {
    return threw(unstorable("CTM6007", "The value of a side effect", error));
  }
}

function read(run: Run, { failed, payload }: SideEffect): unknown {
  if (!failed) return run.decode(payload, "side_effect_recorded");
  let error: unknown;
  try {
    error = decodeFailure(run.ports.codec, payload);
  } catch {
    return run.decode(payload, "side_effect_recorded");
  }
  throw error;
}

const ignore = (): void => undefined;

function asynchronous(): ContinuumError {
  return new ContinuumError({
    code: "CTM6007",
    message: "The function given to sideEffect() returned a promise.",
    hint: "A side effect is synchronous. Make it an activity: await activity(readConfiguration()).",
  });
}
