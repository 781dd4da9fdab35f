/*
 * Group commit: all turns that are ready go into one `journal.commit`; the next batch forms while the last one commits. No
 * timer, no delay when idle, large batches under load.
 *
 * Owns: batches, what is sent again and when.
 * Does not own: what a turn contains (decide-turn), what a verdict means for its run (stepper).
 *
 * Invariants:
 *   P1  A turn is settled once, by a verdict that is final: committed, lost, marked or refused. Until then the same turn is
 *       sent again, unchanged (R37).
 *   P2  A batch holds a run once, ends at `maxTurns` or `maxBytes`, and a turn that is bigger goes alone, in a lane of its own,
 *       so that it does not delay the others.
 *   P3  A refused statement is halved until the turn that causes it stands alone: only that one is refused.
 */
import type { AtMs } from "../core/ids.js";
import type { Turn, TurnVerdict } from "../journal/port.js";
import type { OpenTurn } from "./decide-turn.js";
import { mayComeAgain, owned, reasonOf } from "./insist.js";
import type { Cancel, Ports } from "./ports.js";

/** Verdicts that end a turn's way; `refused`: the database rejects this very turn for what it contains. */
export type FinalVerdict =
  | Extract<TurnVerdict, { kind: "committed" | "lost" | "marked" }>
  | { readonly kind: "refused"; readonly error: unknown };

export interface PipelinePorts extends Ports {
  commit(turns: readonly Turn[]): Promise<readonly TurnVerdict[]>;
  /** The next turn to store; null: nothing is ready. Called until a batch is full. */
  decideNext(): OpenTurn | null;
  settle(open: OpenTurn, verdict: FinalVerdict): void;
  heard(at: AtMs): void;
  readonly maxTurns: number;
  readonly maxBytes: number;
}

type Lane = "small" | "big";

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2_000;
const LOCKED_PAUSE_MS = 2;

export class CommitPipeline {
  readonly #ports: PipelinePorts;
  readonly #busy: Record<Lane, boolean> = { small: false, big: false };
  readonly #again: Record<Lane, OpenTurn[]> = { small: [], big: [] };
  readonly #early = new Set<Cancel>();
  #kicked = false;
  #stopped = false;
  #open = 0;
  #idle: (() => void)[] = [];

  constructor(ports: PipelinePorts) {
    this.#ports = ports;
  }

  /** Something may be ready. What else becomes ready in the same job joins the batch. */
  kick(): void {
    if (this.#kicked || this.#stopped) return;
    this.#kicked = true;
    queueMicrotask(() => {
      this.#kicked = false;
      this.#fill();
    });
  }

  /** Nothing is sent any more; turns that are under way are not settled. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#early) cancel();
    this.#early.clear();
  }

  /** Resolves when no turn is open. */
  whenIdle(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #fill(): void {
    if (this.#stopped) return;
    if (!this.#busy.big) {
      const big = this.#again.big.shift();
      if (big !== undefined) this.#dispatch("big", [big]);
    }
    if (this.#busy.small) return;
    const batch = this.#nextBatch();
    if (batch.length > 0) this.#dispatch("small", batch);
  }

  #nextBatch(): OpenTurn[] {
    const { maxTurns, maxBytes } = this.#ports;
    const batch = this.#again.small.splice(0, maxTurns);
    let bytes = batch.reduce((sum, open) => sum + open.bytes, 0);
    while (batch.length < maxTurns && bytes < maxBytes) {
      const open = this.#ports.decideNext();
      if (open === null) break;
      this.#open += 1;
      if (open.bytes > maxBytes) {
        if (this.#busy.big) this.#again.big.push(open);
        else this.#dispatch("big", [open]);
        continue;
      }
      batch.push(open);
      bytes += open.bytes;
    }
    return batch;
  }

  #dispatch(lane: Lane, batch: readonly OpenTurn[]): void {
    this.#busy[lane] = true;
    owned(this.#send(lane, batch), this.#ports.log, "the commit pipeline");
  }

  async #send(lane: Lane, batch: readonly OpenTurn[]): Promise<void> {
    const locked = await this.#deliver(batch, FIRST_PAUSE_MS);
    if (this.#stopped) return;
    this.#again[lane].push(...locked);
    // Nothing but locked rows: whoever holds them needs a moment.
    if (locked.length > 0 && locked.length === batch.length) await this.#pause(LOCKED_PAUSE_MS);
    this.#busy[lane] = false;
    this.#fill();
    this.#wakeIdle();
  }

  /** Sends until every turn has a verdict; gives those whose row was locked. */
  async #deliver(batch: readonly OpenTurn[], firstPauseMs: number): Promise<readonly OpenTurn[]> {
    for (let pauseMs = firstPauseMs; !this.#stopped; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      let verdicts: readonly TurnVerdict[];
      try {
        verdicts = await this.#ports.commit(batch.map(({ turn }) => turn));
      } catch (error) {
        if (this.#stopped) return [];
        if (mayComeAgain(error)) {
          this.#ports.log.warn("a commit did not get through and is sent again", {
            turns: batch.length,
            reason: reasonOf(error),
          });
          await this.#pause(pauseMs * (1 + this.#ports.randomness.fraction()));
          continue;
        }
        return this.#halve(batch, error);
      }
      return this.#stopped ? [] : this.#judge(batch, verdicts);
    }
    return [];
  }

  async #halve(batch: readonly OpenTurn[], error: unknown): Promise<readonly OpenTurn[]> {
    const [only] = batch;
    if (only === undefined) return [];
    if (batch.length === 1) {
      this.#settle(only, { kind: "refused", error });
      return [];
    }
    const middle = batch.length >> 1;
    const left = await this.#deliver(batch.slice(0, middle), FIRST_PAUSE_MS);
    const right = await this.#deliver(batch.slice(middle), FIRST_PAUSE_MS);
    return [...left, ...right];
  }

  #judge(batch: readonly OpenTurn[], verdicts: readonly TurnVerdict[]): readonly OpenTurn[] {
    const locked: OpenTurn[] = [];
    batch.forEach((open, i) => {
      const verdict = verdicts[i];
      if (verdict === undefined) throw new Error("the journal gave fewer verdicts than turns");
      switch (verdict.kind) {
        case "locked":
          locked.push(open);
          return;
        case "early":
          this.#ports.heard(verdict.at);
          this.#sendLater(open, verdict.at);
          return;
        case "committed":
          this.#ports.heard(verdict.at);
          this.#settle(open, verdict);
          return;
        case "lost":
        case "marked":
          this.#settle(open, verdict);
          return;
      }
    });
    return locked;
  }

  #sendLater(open: OpenTurn, at: AtMs): void {
    const due = open.turn.notBefore ?? at;
    const cancel = this.#ports.time.after(Math.max(due - at, 1), () => {
      this.#early.delete(cancel);
      this.#again[open.bytes > this.#ports.maxBytes ? "big" : "small"].push(open);
      this.kick();
    });
    this.#early.add(cancel);
  }

  #settle(open: OpenTurn, verdict: FinalVerdict): void {
    this.#open -= 1;
    this.#ports.settle(open, verdict);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#ports.time.after(ms, resolve);
    });
  }

  #wakeIdle(): void {
    if (this.#open > 0) return;
    const waiting = this.#idle;
    this.#idle = [];
    for (const wake of waiting) wake();
  }
}
