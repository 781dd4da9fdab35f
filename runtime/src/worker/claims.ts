/*
 * Looks for work in the journal: runs that are ready or orphaned, and due task rows.
 *
 * Owns: when to look. At once after a hint, a due time or a full answer; else by a slow poll, which is the safety net (R38).
 * Does not own: what becomes of what was claimed.
 *
 * Invariants:
 *   C1  One look of a kind at a time; a request during it means one more look after it.
 *   C2  A look for rows asks for no more than the slots that it has reserved.
 *   C3  After `close` nothing is claimed any more, of any sort (R42).
 */
import type { ClaimedRun, ClaimedTask, Journal } from "../journal/port.js";
import type { WorkerId } from "../core/ids.js";
import type { VersionIndex } from "../versions/version-index.js";
import type { ActivityFunctions } from "./activity-functions.js";
import type { ActivitySlots } from "./activity-slots.js";
import { insist } from "./insist.js";
import { Look } from "./look.js";
import type { Ports } from "./ports.js";

export interface ClaimPorts extends Ports {
  readonly worker: WorkerId;
  readonly journal: Pick<Journal, "claimRuns" | "claimTasks">;
  readonly versions: VersionIndex;
  readonly functions: ActivityFunctions;
  readonly queues: readonly string[];
  readonly slots: ActivitySlots;
  /** How many more runs this worker may own. */
  room(): number;
  stopped(): boolean;
  adopt(claimed: ClaimedRun): void;
  /** The slot is reserved. */
  startTask(task: ClaimedTask): void;
}

const RUNS_PER_LOOK = 100;
const TASKS_PER_LOOK = 100;

export class Claims {
  readonly #ports: ClaimPorts;
  readonly #runs: Look;
  readonly #tasks: Look;
  #closed = false;

  constructor(ports: ClaimPorts) {
    this.#ports = ports;
    const stopped = (): boolean => this.#closed || ports.stopped();
    this.#runs = new Look("claiming runs", () => this.#lookForRuns(), stopped, ports.log);
    this.#tasks = new Look("claiming tasks", () => this.#lookForTasks(), stopped, ports.log);
  }

  lookForRuns(): void {
    this.#runs.ask();
  }

  lookForTasks(): void {
    this.#tasks.ask();
  }

  close(): void {
    this.#closed = true;
  }

  /** Resolves when no claim is under way. */
  async whenIdle(): Promise<void> {
    await Promise.all([this.#runs.whenIdle(), this.#tasks.whenIdle()]);
  }

  async #lookForRuns(): Promise<boolean> {
    const { journal, worker, versions, room, stopped } = this.#ports;
    const limit = Math.min(RUNS_PER_LOOK, room());
    if (limit <= 0 || versions.all.length === 0) return false;
    const ask = { worker, versions: versions.all, current: versions.current, limit };
    const claimed = await insist(this.#ports, stopped, "claiming runs", () => journal.claimRuns(ask));
    for (const run of claimed ?? []) this.#ports.adopt(run);
    return claimed?.length === limit;
  }

  async #lookForTasks(): Promise<boolean> {
    const { journal, worker, functions, queues, slots, stopped } = this.#ports;
    const activities = functions.names();
    if (activities.length === 0) return false;
    let reserved = 0;
    while (reserved < TASKS_PER_LOOK && slots.reserve()) reserved += 1;
    if (reserved === 0) {
      slots.rowsWaiting = true; // Perhaps; the next body that ends makes room to find out.
      return false;
    }
    let started = 0;
    try {
      const ask = { worker, activities, queues, limit: reserved };
      const tasks = await insist(this.#ports, stopped, "claiming tasks", () => journal.claimTasks(ask));
      if (tasks === null) return false;
      for (const task of tasks) {
        started += 1;
        this.#ports.startTask(task);
      }
      slots.rowsWaiting = tasks.length === reserved;
      return slots.rowsWaiting;
    } finally {
      for (let i = started; i < reserved; i++) slots.giveBack();
    }
  }
}
