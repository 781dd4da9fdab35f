/*
 * What each outcome does to the command that it names.
 */
import { TIMEOUT } from "./timeout.js";
import { fulfil, reject } from "./durable-promise.js";
import type { InputEvent } from "./events.js";
import { decodeFailure } from "./failures.js";
import type { Run } from "./run.js";
import type { Wait } from "./wait.js";
import { ActivityError } from "./workflow-errors.js";

type Outcome = Exclude<InputEvent, { kind: "run_started" }>;

/** Settles `wait` by `input`. Gives why it does not fit, else null. An undecodable payload blocks the run and settles nothing. */
export function settleByInput(run: Run, wait: Wait, input: Outcome): string | null {
  const { command, promise } = wait;
  switch (input.kind) {
    case "activity_completed": {
      if (command.kind !== "activity_scheduled") return "that command is no activity";
      const value = run.decode(input.payload, input);
      if (run.loop.fault !== null) return null;
      wait.result = input.payload;
      fulfil(promise, value);
      return null;
    }
    case "activity_failed": {
      if (command.kind !== "activity_scheduled") return "that command is no activity";
      const cause = decodeCause(run, input);
      if (run.loop.fault !== null) return null;
      wait.compensation = null;
      reject(promise, new ActivityError({ activity: command.activity, attempts: input.attempt, cause }));
      return null;
    }
    case "timer_fired":
      if (command.kind !== "timer_started") return "that command is no timer";
      fulfil(promise, undefined);
      return null;
    case "signal_received": {
      if (command.kind !== "signal_awaited") return "that command waits for no signal";
      const value = run.decode(input.payload, input);
      if (run.loop.fault === null) fulfil(promise, value);
      return null;
    }
    case "signal_timed_out":
      if (command.kind !== "signal_awaited" || command.timeoutMs === null)
        return "that command has no timeout";
      fulfil(promise, TIMEOUT);
      return null;
  }
}

function decodeCause(run: Run, input: Extract<Outcome, { kind: "activity_failed" }>): unknown {
  try {
    return decodeFailure(run.ports.codec, input.payload);
  } catch {
    // The same fault as for any other payload; it decodes again, and fails again.
    return run.decode(input.payload, input);
  }
}
