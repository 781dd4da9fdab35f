/*
 * Attempts that are covered by a row: claimed here, run here, finished by a statement of their own.
 *
 * Invariants:
 *   K1  An outcome is sent until the journal has answered. A refusal means that the claim is not this attempt's any more; it
 *       changes nothing (R16).
 *   K2  A keyed attempt holds its key before its body begins, and its result is settled with the key before the run can see
 *       it. Without the key the row is given back unburned, and looked at again after a pause (R15).
 */
import type { RunId, WorkerId } from "../core/ids.js";
import { nextPause } from "../core/retry-policy.js";
import type { ClaimedTask, FinishTask, Journal, KeyClaim, TaskEnd } from "../journal/port.js";
import type { WakeUps } from "../journal/wake-ups.js";
import type { ActivityFunctions } from "./activity-functions.js";
import type { Bodies, Body } from "./bodies.js";
import type { Heartbeats } from "./heartbeats.js";
import { insist, owned } from "./insist.js";
import type { Notices } from "./notices.js";
import type { Ports } from "./ports.js";
import type { Attempt, AttemptEnd } from "./run-attempt.js";

export interface TaskPorts extends Ports {
  readonly worker: WorkerId;
  readonly journal: Pick<Journal, "finishTask" | "claimKey" | "settleKey" | "freeKey">;
  readonly wakeUps: Pick<WakeUps, "publish">;
  readonly bodies: Bodies;
  readonly functions: ActivityFunctions;
  readonly notices: Notices;
  readonly heartbeats: Pick<Heartbeats, "last" | "forget">;
  stopped(): boolean;
  /** A slot that was reserved is not needed. */
  giveSlotBack(): void;
  /** This worker owns the run: its inbox has news. */
  news(runId: RunId): void;
  /** A run without an owner has news. */
  lookForRuns(): void;
  /** A row can be claimed after this pause. */
  retryIn(delayMs: number): void;
}

/** How long a row whose key is held by another attempt waits before it is looked at again. */
const HELD_PAUSE_MS = 250;

export class TaskRunner {
  readonly #ports: TaskPorts;
  readonly #starting = new Set<Promise<void>>();
  readonly #finishing = new Set<Promise<void>>();
  readonly #keys = new WeakMap<Attempt, KeyClaim>();

  constructor(ports: TaskPorts) {
    this.#ports = ports;
  }

  /** Starts a claimed row's attempt, in a slot that is reserved already. */
  start(task: ClaimedTask): void {
    const key = keyOf(task, this.#ports.worker);
    if (key === null) {
      this.#begin(task, null);
      return;
    }
    const starting = this.#withKey(task, key);
    this.#starting.add(starting);
    owned(
      starting.finally(() => this.#starting.delete(starting)),
      this.#ports.log,
      `claiming the key of activity ${task.activity}`,
    );
  }

  #begin(task: ClaimedTask, key: KeyClaim | null): void {
    const { bodies, functions, notices } = this.#ports;
    const activity = functions.find(task.activity);
    if (activity === null) throw new Error(`claimed activity ${task.activity}, which is not registered here`);
    notices.say({
      kind: "attempt_started",
      runId: task.runId,
      activity: task.activity,
      attempt: task.attempt,
    });
    const body = bodies.start(task, activity, "row", task.startedAt);
    if (key !== null) this.#keys.set(body, key);
  }

  async #withKey(task: ClaimedTask, key: KeyClaim): Promise<void> {
    const { journal, stopped, giveSlotBack } = this.#ports;
    const verdict = await insist(this.#ports, stopped, "claiming a key", () => journal.claimKey(key));
    if (verdict?.kind === "claimed") {
      this.#begin(task, key);
      return;
    }
    giveSlotBack();
    if (verdict?.kind === "known") this.#finish(task, { kind: "completed", payload: verdict.payload });
    else if (verdict?.kind === "held") this.#finish(task, { kind: "returned", delayMs: HELD_PAUSE_MS });
  }

  /** Its body has ended: the row gets the outcome. */
  ended(body: Body, end: AttemptEnd): void {
    const rowEnd = this.#rowEnd(body, end);
    if (rowEnd.kind !== "retry") this.#ports.heartbeats.forget(body);
    this.#finish(body, rowEnd);
  }

  /** A drain: the row is claimable at once, with the same attempt (R13). */
  giveBack(attempt: Attempt): void {
    this.#finish(attempt, { kind: "returned" });
  }

  /** Resolves when nothing that was claimed is on its way to its body. */
  async whenBegun(): Promise<void> {
    while (this.#starting.size > 0) await Promise.allSettled(this.#starting);
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
    const sending = this.#settle(body, { worker, runId, command, attempt, end });
    this.#finishing.add(sending);
    owned(
      sending.finally(() => this.#finishing.delete(sending)),
      log,
      `recording an outcome of activity ${body.activity}`,
    );
  }

  /** What must be stored before the row's outcome is. */
  async #settle(body: Attempt, finish: FinishTask): Promise<void> {
    const { journal, stopped, heartbeats } = this.#ports;
    // A body that runs here; else a claimed task that never began.
    if (finish.end.kind === "retry" && "covered" in body) await heartbeats.last(body as Body);
    const key = this.#keys.get(body);
    const { end } = finish;
    if (key === undefined) return this.#send(body, finish);
    if (end.kind === "completed") {
      const settled = await insist(this.#ports, stopped, "settling a key", () =>
        journal.settleKey(key, end.payload),
      );
      // Lost to another attempt: what that one recorded counts, and is found when the row is looked at again.
      if (settled === false)
        return this.#send(body, { ...finish, end: { kind: "returned", delayMs: HELD_PAUSE_MS } });
      if (settled === null) return;
    } else await insist(this.#ports, stopped, "freeing a key", () => journal.freeKey(key));
    return this.#send(body, finish);
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
        if (finish.end.delayMs === undefined) wakeUps.publish([{ kind: "work" }]);
        else this.#ports.retryIn(finish.end.delayMs);
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

function keyOf(
  { policy, namespace, activity, runId, command, attempt }: ClaimedTask,
  worker: WorkerId,
): KeyClaim | null {
  const key = policy.idempotencyKey;
  return key === null ? null : { namespace, activity, key, worker, runId, command, attempt };
}
