/*
 * What each outcome does to the command that it names.
 */
import { TIMEOUT } from "./timeout.js";
import { fulfil, reject } from "./durable-promise.js";
import type { InputEvent } from "./events.js";
import { decodeFailure } from "./failures.js";
import type { Run } from "./run.js";
import type { Wait } from "./wait.js";
import { ActivityError, CancelledError, ChildWorkflowError } from "./workflow-errors.js";

/** An input that answers a command. */
export type Outcome = Extract<InputEvent, { command: unknown }>;

/** Settles `wait` by `input`. Gives why it does not fit, else null. An undecodable payload blocks the run and settles nothing. */
export function settleByInput(run: Run, wait: Wait, input: Outcome): string | null {
  const { command, promise } = wait;
  switch (input.kind) {
    case "activity_completed": {
      if (command.kind !== "activity_scheduled") return "that command is no activity";
      const value = run.decode(input.payload, input.kind);
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
      const value = run.decode(input.payload, input.kind);
      if (run.loop.fault === null) fulfil(promise, value);
      return null;
    }
    case "signal_timed_out":
      if (command.kind !== "signal_awaited" || command.timeoutMs === null)
        return "that command has no timeout";
      fulfil(promise, TIMEOUT);
      return null;
    case "child_completed": {
      if (command.kind !== "child_started") return NO_CHILD;
      const value = run.decode(input.payload, input.kind);
      if (run.loop.fault === null) fulfil(promise, value);
      return null;
    }
    case "child_failed": {
      if (command.kind !== "child_started") return NO_CHILD;
      const cause = decodeCause(run, input);
      if (run.loop.fault !== null) return null;
      reject(promise, new ChildWorkflowError({ workflow: command.workflow, runId: command.childId, cause }));
      return null;
    }
    case "child_cancelled": {
      if (command.kind !== "child_started") return NO_CHILD;
      const how = input.terminated ? "terminated" : "cancelled";
      reject(promise, new CancelledError(`Child ${command.workflow} was ${how}`));
      return null;
    }
    case "signal_delivered":
      if (command.kind !== "signal_sent") return NO_SENDING;
      fulfil(promise, undefined);
      return null;
    case "signal_refused": {
      if (command.kind !== "signal_sent") return NO_SENDING;
      const reason = decodeCause(run, input);
      if (run.loop.fault === null) reject(promise, reason);
      return null;
    }
  }
}

const NO_CHILD = "that command is no child";
const NO_SENDING = "that command sends no signal";

function decodeCause(
  run: Run,
  input: Extract<Outcome, { kind: "activity_failed" | "child_failed" | "signal_refused" }>,
): unknown {
  try {
    return decodeFailure(run.ports.codec, input.payload);
  } catch {
    // The same fault as for any other payload; it decodes again, and fails again.
    return run.decode(input.payload, input.kind);
  }
}
