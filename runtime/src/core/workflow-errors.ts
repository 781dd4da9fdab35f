/** What an `await` of an activity throws when its last attempt has failed (R14). */
export class ActivityError extends Error {
  /** The activity's durable name, for example `payments.charge`. */
  readonly activity: string;
  /** Attempts that were started; 0 when its arguments could not be stored and none was. */
  readonly attempts: number;

  /**
   * `cause` is the error of the last attempt, with its class name, message, own fields and causes.
   *
   * @example
   * try {
   *   await activity(payments.charge(orderId, total));
   * } catch (error) {
   *   if (error instanceof ActivityError && error.cause instanceof Error && error.cause.name === "CardDeclined") return "declined";
   *   throw error;
   * }
   */
  constructor(facts: { readonly activity: string; readonly attempts: number; readonly cause: unknown }) {
    const times = facts.attempts === 1 ? "1 attempt" : `${facts.attempts} attempts`;
    super(`Activity ${facts.activity} failed after ${times}`, { cause: facts.cause });
    this.name = "ActivityError";
    this.activity = facts.activity;
    this.attempts = facts.attempts;
  }
}

/** What an `await` of a child throws when the child has failed (R27). */
export class ChildWorkflowError extends Error {
  /** The child's workflow. */
  readonly workflow: string;
  /** The child's run; its history tells more. */
  readonly runId: string;

  /**
   * `cause` is what the child's workflow threw, with its class name, message, own fields and causes.
   *
   * @example
   * try {
   *   await child(shipment.run(order));
   * } catch (error) {
   *   if (error instanceof ChildWorkflowError) log.warn("the shipment failed", { run: error.runId });
   *   throw error;
   * }
   */
  constructor(facts: { readonly workflow: string; readonly runId: string; readonly cause: unknown }) {
    super(`Child ${facts.workflow} (run ${facts.runId}) failed`, { cause: facts.cause });
    this.name = "ChildWorkflowError";
    this.workflow = facts.workflow;
    this.runId = facts.runId;
  }
}

/** What pending awaits throw when a run was cancelled (R33), and the await of a child that was. */
export class CancelledError extends Error {
  constructor(message = "The run was cancelled") {
    super(message);
    this.name = "CancelledError";
  }
}
