/*
 * Attempts that are covered by a row: claimed here, run here, finished by a statement of their own.
 *
 * Invariant: an outcome is sent until the journal has answered. A refusal means that the claim is not this attempt's any
 * more; it changes nothing (R16).
 */
import type { RunId, WorkerId } from "../core/ids.js";
import { nextPause } from "../core/retry-policy.js";
import type { ClaimedTask, FinishTask, Journal, TaskEnd } from "../journal/port.js";
import type { WakeUps } from "../journal/wake-ups.js";
import type { ActivityFunctions } from "./activity-functions.js";
import type { Bodies, Body } from "./bodies.js";
import { insist, owned } from "./insist.js";
import type { Notices } from "./notices.js";
import type { Ports } from "./ports.js";
import type { Attempt, AttemptEnd } from "./run-attempt.js";

export interface TaskPorts extends Ports {
  readonly worker: WorkerId;
  readonly journal: Pick<Journal, "finishTask">;
  readonly wakeUps: Pick<WakeUps, "publish">;
  readonly bodies: Bodies;
  readonly functions: ActivityFunctions;
  readonly notices: Notices;
  stopped(): boolean;
  /** This worker owns the run: its inbox has news. */
  news(runId: RunId): void;
  /** A run without an owner has news. */
  lookForRuns(): void;
  /** A row can be claimed after this pause. */
  retryIn(delayMs: number): void;
}

export class TaskRunner {
  readonly #ports: TaskPorts;
  readonly #finishing = new Set<Promise<void>>();

  constructor(ports: TaskPorts) {
    this.#ports = ports;
  }

  /** Starts a claimed row's attempt, in a slot that is reserved already. */
  start(task: ClaimedTask): void {
    const { bodies, functions, notices } = this.#ports;
    const activity = functions.find(task.activity);
    if (activity === null) throw new Error(`claimed activity ${task.activity}, which is not registered here`);
    notices.say({
      kind: "attempt_started",
      runId: task.runId,
      activity: task.activity,
      attempt: task.attempt,
    });
    bodies.start(task, activity, "row", task.startedAt);
  }

  /** Its body has ended: the row gets the outcome. */
  ended(body: Body, end: AttemptEnd): void {
    this.#finish(body, this.#rowEnd(body, end));
  }

  /** A drain: the row is claimable at once, with the same attempt (R13). */
  giveBack(attempt: Attempt): void {
    this.#finish(attempt, { kind: "returned" });
  }

  /** Resolves when every outcome that was sent is answered. */
  async whenIdle(): Promise<void> {
    while (this.#finishing.size > 0) await Promise.allSettled(this.#finishing);
  }

  #rowEnd({ policy, attempt }: Body, end: AttemptEnd): TaskEnd {
    if (end.kind === "completed") return end;
    const delayMs = end.final ? null : nextPause(policy.retry, attempt, this.#ports.randomness.fraction());
    return delayMs === null
      ? { kind: "failed", payload: end.payload }
      : { kind: "retry", payload: end.payload, delayMs };
  }

  #finish(body: Attempt, end: TaskEnd): void {
    const { worker, log } = this.#ports;
    const { runId, command, attempt } = body;
    const sending = this.#send(body, { worker, runId, command, attempt, end });
    this.#finishing.add(sending);
    owned(
      sending.finally(() => this.#finishing.delete(sending)),
      log,
      `recording an outcome of activity ${body.activity}`,
    );
  }

  async #send(body: Attempt, finish: FinishTask): Promise<void> {
    const { journal, worker, wakeUps, stopped, notices } = this.#ports;
    const { runId, activity, attempt } = body;
    const verdict = await insist(this.#ports, stopped, "recording an outcome", () =>
      journal.finishTask(finish),
    );
    if (verdict === null) return;
    const outcome = verdict.kind === "refused" ? "refused" : finish.end.kind;
    notices.say({ kind: "attempt_ended", runId, activity, attempt, outcome });
    if (verdict.kind === "refused") {
      this.#ports.log.info("an outcome came too late and was refused", { runId, activity, attempt });
      return;
    }
    switch (finish.end.kind) {
      case "retry":
        this.#ports.retryIn(finish.end.delayMs);
        return;
      case "returned":
        wakeUps.publish([{ kind: "work" }]);
        return;
      case "completed":
      case "failed":
        if (verdict.owner === worker) this.#ports.news(runId);
        else if (verdict.owner === null) {
          this.#ports.lookForRuns();
          wakeUps.publish([{ kind: "work" }]);
        } else wakeUps.publish([{ kind: "run", worker: verdict.owner, runId }]);
    }
  }
}
