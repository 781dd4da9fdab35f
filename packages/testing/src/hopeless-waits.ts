/*
 * Waits for results that will never come: a run that waits for a signal which nobody sends would let time pass for ever. The
 * wait rejects instead, and says what the run waits for.
 *
 * Invariant: a wait is hopeless only when nothing is due in any run, by the journal, and nothing has happened for a while.
 */
import { ContinuumError } from "@continuum/runtime";
import type { Notice } from "@continuum/runtime";
import type { Engine, RunId } from "@continuum/runtime/unstable-testing";

/** Due times that pass without anything happening (the worker's own looks) before the journal is asked. */
const QUIET_MOVES = 5;

export class HopelessWaits {
  readonly #runs: ReadonlySet<RunId>;
  readonly #waits = new Map<(reason: unknown) => void, RunId>();
  #quietMoves = 0;
  #dueAt = -Infinity;

  constructor(runs: ReadonlySet<RunId>) {
    this.#runs = runs;
  }

  heard(_notice: Notice): void {
    this.#quietMoves = 0;
    this.#dueAt = -Infinity;
  }

  /** `work`, or a rejection if it will never settle. */
  async watch<T>(runId: RunId, work: Promise<T>): Promise<T> {
    let abandon: (reason: unknown) => void = () => undefined;
    const hopeless = new Promise<never>((_, reject) => (abandon = reject));
    this.#waits.set(abandon, runId);
    this.#quietMoves = 0;
    try {
      return await Promise.race([work, hopeless]);
    } finally {
      this.#waits.delete(abandon);
    }
  }

  /** Looks, if it is time to. */
  async look(engine: Engine, now: number): Promise<void> {
    if (now <= this.#dueAt) return;
    this.#quietMoves += 1;
    if (this.#waits.size === 0 || this.#quietMoves <= QUIET_MOVES) return;
    const due = await this.#nextDue(engine, now);
    if (due !== null) {
      this.#dueAt = due;
      this.#quietMoves = 0;
      return;
    }
    for (const [abandon, runId] of [...this.#waits]) abandon(await hopelessWait(engine, runId));
  }

  /** The earliest time, from now on, at which anything of any run is due. */
  async #nextDue({ reader }: Engine, now: number): Promise<number | null> {
    let earliest = Infinity;
    for (const runId of this.#runs) {
      const row = await reader.run(runId);
      if (row?.status !== "live") continue;
      const tasks = await reader.tasks(runId);
      for (const at of [row.dueAt, ...tasks.map(({ dueAt }) => dueAt)])
        if (at !== null && at >= now) earliest = Math.min(earliest, at);
    }
    return earliest === Infinity ? null : earliest;
  }
}

async function hopelessWait({ reader }: Engine, id: RunId): Promise<ContinuumError> {
  const runId = (await reader.latest(id)) ?? id;
  const row = await reader.run(runId);
  const run = `run ${runId}${row === null ? "" : ` of workflow ${row.workflow}`}`;
  if (row?.status === "blocked") {
    const { code, message, hint } = row.diagnosis ?? { code: "", message: "", hint: "" };
    return wontEnd(`${run} is blocked: ${code} ${message}`, hint);
  }
  const waits = await openWaits(reader, runId);
  const what = waits.length === 0 ? "nothing of it is due" : `it waits for ${waits.join(" and ")}`;
  return wontEnd(
    `${run} will not end: nothing is due any more, however much time passes, and ${what}`,
    "send what it waits for before you await its result, or await nothing but what will happen",
  );
}

function wontEnd(message: string, hint: string): ContinuumError {
  return new ContinuumError({ code: "CTM7290", message, hint });
}

async function openWaits(reader: Engine["reader"], runId: RunId): Promise<readonly string[]> {
  const open = new Map<number, string>();
  for (const event of await reader.history(runId)) {
    if (event.kind === "signal_awaited") open.set(event.seq, `the signal "${event.name}"`);
    else if (event.kind === "child_started") open.set(event.seq, `its child ${event.childId}`);
    else if (event.kind === "activity_scheduled")
      open.set(event.seq, `activity ${event.activity} on queue "${event.policy.queue}"`);
    else if (event.kind === "waits_withdrawn") for (const command of event.commands) open.delete(command);
    else if ("command" in event) open.delete(event.command);
  }
  return [...open.values()];
}
