/*
 * Looks for work in the journal: runs that are ready or orphaned, and due task rows.
 *
 * Owns: when to look. At once after a hint, a due time or a full answer; else by a slow poll, which is the safety net (R38).
 * Does not own: what becomes of what was claimed.
 *
 * Invariants:
 *   C1  One look of a kind at a time; a request during it means one more look after it.
 *   C2  A look for rows asks for no more than there are free slots, and begins none without a slot.
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
  /** How many more runs this worker may own; 0 while it may take none. */
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
  readonly #claimed: ClaimedTask[] = [];
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

  /** A body has ended. */
  slotFreed(): void {
    if (!this.#ports.slots.rowsWaiting) return;
    this.#startClaimed();
    if (this.#claimed.length === 0) this.#tasks.ask();
  }

  close(): void {
    this.#closed = true;
  }

  /** Those that were claimed and never began (drain). */
  takeUnstarted(): readonly ClaimedTask[] {
    return this.#claimed.splice(0);
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
    const limit = Math.min(TASKS_PER_LOOK, slots.free);
    if (limit <= 0) {
      slots.rowsWaiting = true; // Perhaps; the next body that ends makes room to find out.
      return false;
    }
    const ask = { worker, activities, queues, limit };
    const tasks = await insist(this.#ports, stopped, "claiming tasks", () => journal.claimTasks(ask));
    if (tasks === null) return false;
    this.#claimed.push(...tasks);
    slots.rowsWaiting = tasks.length === limit;
    this.#startClaimed();
    return slots.rowsWaiting;
  }

  /** Those for which there is no slot wait here: bodies of owned runs may have taken it while the journal was asked. */
  #startClaimed(): void {
    const { slots, startTask } = this.#ports;
    while (this.#claimed.length > 0 && slots.reserve()) {
      const task = this.#claimed.shift();
      if (task !== undefined) startTask(task);
    }
    slots.rowsWaiting ||= this.#claimed.length > 0;
  }
}
