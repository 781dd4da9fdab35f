/*
 * How owned runs leave this worker on purpose: released, so that anybody may claim them, or blocked, until a person or other
 * code comes (R7).
 *
 * Invariants:
 *   D1  Before a run leaves, every body that still runs for it has a row, claimed by this worker with the same attempt (R13),
 *       and every outcome that no turn recorded has one too (R17).
 *   D2  A blocked run's history is untouched; what could not be applied waits in rows and in the mailbox.
 */
import type { AtMs, WorkerId } from "../core/ids.js";
import type { Fault } from "../core/execution.js";
import type { Journal, NewTask, Turn } from "../journal/port.js";
import { rowOf } from "./bodies.js";
import type { Bodies, Body } from "./bodies.js";
import type { DatabaseClock } from "./database-clock.js";
import { insist, owned, pause, reasonOf } from "./insist.js";
import { earliestDue } from "./live-run.js";
import type { LiveRun, Result } from "./live-run.js";
import type { LiveRuns } from "./live-runs.js";
import type { Notices } from "./notices.js";
import type { Ports } from "./ports.js";

export interface DeparturePorts extends Ports {
  readonly worker: WorkerId;
  readonly journal: Pick<Journal, "release" | "block" | "commit" | "finishTask">;
  readonly clock: DatabaseClock;
  readonly bodies: Bodies;
  readonly live: LiveRuns;
  readonly notices: Notices;
  stopped(): boolean;
  consider(run: LiveRun): void;
  lose(run: LiveRun, why: string): void;
  /** It left, and comes due at this time: some worker must look then. */
  left(run: LiveRun, dueAt: AtMs | null): void;
}

const LOCKED_PAUSE_MS = 5;

export class Departures {
  readonly #ports: DeparturePorts;

  constructor(ports: DeparturePorts) {
    this.#ports = ports;
  }

  /** Releases parked runs, all in one statement. Those that have news stay. */
  async release(runs: readonly LiveRun[]): Promise<void> {
    if (runs.length === 0) return;
    const { journal, worker, stopped, live } = this.#ports;
    const moving = runs.map((run) => this.#beginMove(run));
    const releases = runs.map((run, i) => {
      const tasks = moving[i]?.map((body) => rowOf(body, worker)) ?? [];
      return { runId: run.runId, token: run.token, seenMark: run.seenMark, tasks };
    });
    const verdicts = await insist(this.#ports, stopped, "releasing runs", () =>
      journal.release(worker, releases),
    );
    if (verdicts === null) return;
    runs.forEach((run, i) => {
      const bodies = moving[i] ?? [];
      if (run.phase === "gone") return;
      if (verdicts[i] === true) {
        live.forget(run);
        for (const body of bodies) this.#ports.bodies.moved(body);
        this.#ports.left(run, earliestDue(run.open.values()));
      } else {
        run.phase = "idle";
        run.news = true;
        for (const body of bodies) this.#ports.bodies.stayed(body);
        this.#ports.consider(run);
      }
    });
  }

  /** Blocks the run for `fault`. Its program is dropped. */
  block(run: LiveRun, fault: Fault): void {
    run.phase = "open";
    run.execution = null;
    owned(this.#block(run, fault), this.#ports.log, `blocking run ${run.runId}`);
  }

  async #block(run: LiveRun, fault: Fault): Promise<void> {
    const { journal, worker, stopped, live, log } = this.#ports;
    const bodies = this.#beginMove(run);
    const results = run.results;
    run.results = [];
    const tasks = [
      ...bodies.map((body) => rowOf(body, worker)),
      ...results.flatMap((result) => this.#rowForResult(run, result)),
    ];
    const stored = await this.#storeRows(run, tasks);
    if (run.phase === "gone" || stopped()) return;
    if (!stored) {
      this.#ports.lose(run, "another worker owns the run, or it was terminated");
      return;
    }
    for (const { input } of results) {
      if (!("attempt" in input)) continue; // A signal's delivery: sent again, with the same answer, when the run comes back.
      const kind = input.kind === "activity_completed" ? "completed" : "failed";
      const finish = {
        worker,
        runId: run.runId,
        command: input.command,
        attempt: input.attempt,
        end: { kind, payload: input.payload },
      } as const;
      await insist(this.#ports, stopped, "keeping an outcome", () => journal.finishTask(finish));
    }
    const { code, message, hint, seq } = fault;
    await insist(this.#ports, stopped, "blocking a run", () =>
      journal.block(run.runId, run.token, { code, message, hint, seq }),
    );
    if (stopped()) return;
    live.forget(run);
    for (const body of bodies) this.#ports.bodies.moved(body);
    log.error(`run ${run.runId} is blocked: ${code}: ${message}`, { runId: run.runId, code, hint });
    this.#ports.notices.say({
      kind: "blocked",
      runId: run.runId,
      workflow: run.definition.compiled.manifest.name,
      code,
      message,
    });
  }

  #beginMove(run: LiveRun): readonly Body[] {
    run.phase = "open";
    run.moves = [];
    const bodies = [...run.bodies.values()];
    for (const body of bodies) body.covered = "moving";
    return bodies;
  }

  /** A turn without events, which leaves the history as it is. False: the fence has moved. */
  async #storeRows(run: LiveRun, rows: readonly NewTask[]): Promise<boolean> {
    const { journal, stopped } = this.#ports;
    const retries = run.retries;
    run.retries = [];
    const tasks = [...rows, ...retries.map(({ task }) => task)];
    if (tasks.length === 0) return true;
    const turn: Turn = {
      runId: run.runId,
      token: run.token,
      nextSeq: run.nextSeq,
      seenMark: run.seenMark,
      decisive: false,
      notBefore: null,
      events: [],
      dueAt: earliestDue(run.open.values()),
      consumedSignals: [],
      setAside: [],
      consumedTasks: [],
      tasks,
      attempts: retries.map(({ record }) => record),
      children: [],
      consumedChildren: [],
      consumedCancel: false,
      end: null,
    };
    while (!stopped()) {
      const verdicts = await insist(this.#ports, stopped, "keeping what a blocked run has", () =>
        journal.commit([turn]),
      ).catch((error: unknown) => {
        this.#ports.log.error("rows of a run that is being blocked could not be stored", {
          runId: run.runId,
          reason: reasonOf(error),
        });
        return "refused" as const;
      });
      if (verdicts === "refused") return true; // It is blocked all the same; a claim finds its activities without rows.
      const verdict = verdicts?.[0];
      if (verdict === undefined || verdict.kind === "lost") return false;
      if (verdict.kind === "committed") return true;
      await pause(this.#ports, LOCKED_PAUSE_MS);
    }
    return false;
  }

  #rowForResult(run: LiveRun, { input }: Result): readonly NewTask[] {
    const command = run.open.get(input.command);
    if (command?.kind !== "activity_scheduled" || !("attempt" in input)) return [];
    const { activity, policy, payload, at } = command;
    const { attempt } = input;
    return [
      {
        runId: run.runId,
        command: input.command,
        activity,
        attempt,
        dueAt: at,
        policy,
        payload,
        claimedBy: this.#ports.worker,
      },
    ];
  }
}
