/*
 * Where a process kills itself: at a call of the journal's port, by SIGKILL. There is no failpoint inside the engine.
 */
import { writeSync } from "node:fs";
import type { HistoryEvent } from "@continuum/runtime";
import type { Journal } from "@continuum/runtime/unstable-testing";
import { FIRED, UNHEARD } from "./orders.js";

/** Which call. All that is given must hold. Plain data: it goes to another process. */
export interface Failpoint {
  readonly verb: keyof Journal;
  /** A call that stores such an event. */
  readonly event?: HistoryEvent["kind"];
  /** The event, or the row, is of this activity. */
  readonly activity?: string;
  /** A turn that leaves rows of activities. */
  readonly leavesRows?: boolean;
  /** `finishTask`: how the attempt ended. */
  readonly taskEnd?: "completed" | "failed" | "retry";
  /** `inbox`: asked for named runs, hence because of news. */
  readonly named?: boolean;
  /** The answer is a list that holds something; at `"before"` nobody can know, and any call will do. */
  readonly gives?: boolean;
  /** Only after a call of this verb. */
  readonly since?: keyof Journal;
  /** Only when such an event is stored. */
  readonly sinceEvent?: HistoryEvent["kind"];
  /** So many such calls pass before. */
  readonly skip?: number;
}

/**
 * `before`: the call is made, and nothing of it has reached the database. `answer`: it is committed, and the process dies before
 * it hears so. `after`: the process has heard, and dies while it acts on it, at the next turn of its event loop.
 */
export type When = "before" | "answer" | "after";

export const WHENS: readonly When[] = ["before", "after", "answer"];

/** The journal with the failpoint around it. */
export function dying(journal: Journal, failpoint: Failpoint, when: When): Journal {
  let left = failpoint.skip ?? 0;
  let armed = failpoint.since === undefined && failpoint.sinceEvent === undefined;
  return new Proxy(journal, {
    get(target, verb) {
      const value: unknown = Reflect.get(target, verb);
      if (typeof value !== "function") return value;
      const call = value.bind(target) as (...args: readonly unknown[]) => Promise<unknown>;
      if (verb === failpoint.since) armed = true;
      if (verb !== failpoint.verb && failpoint.sinceEvent === undefined) return call;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const asked = armed && verb === failpoint.verb && isAsked(failpoint, args);
        if (asked && when === "before" && left-- <= 0) die();
        const answer = await call(...args);
        if (storesEvent(verb, failpoint.sinceEvent, args)) armed = true;
        if (!asked || when === "before" || !isGiven(failpoint, answer) || left-- > 0) return answer;
        const unheard = linesOf(args);
        if (when === "answer") die(unheard);
        setImmediate(die, unheard);
        return answer;
      };
    },
  });
}

/** By SIGKILL. It never returns. `unheard`: lines that the call has stored, and that may never be written. */
function die(unheard: readonly string[] = []): never {
  for (const line of unheard) writeSync(1, `${UNHEARD}${line}\n`);
  writeSync(1, `${FIRED}\n`);
  process.kill(process.pid, "SIGKILL");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

interface Stored {
  readonly events: readonly HistoryEvent[];
  readonly tasks: readonly unknown[];
}

function isAsked(failpoint: Failpoint, args: readonly unknown[]): boolean {
  const { verb, event, activity, leavesRows, taskEnd, named } = failpoint;
  switch (verb) {
    case "create":
    case "commit":
      return (args[0] as readonly Stored[]).some(
        ({ events, tasks }) =>
          (leavesRows !== true || tasks.length > 0) &&
          (event === undefined || events.some((each) => each.kind === event && isOf(activity, each))),
      );
    case "finishTask":
      return taskEnd === undefined || (args[0] as { end: { kind: string } }).end.kind === taskEnd;
    case "inbox":
      return named !== true || args[1] !== undefined;
    case "release":
      return (args[1] as readonly unknown[]).length > 0;
    default:
      return true;
  }
}

/** What the turns of a commit log, as `run: message`. */
function linesOf([turns]: readonly unknown[]): readonly string[] {
  if (!Array.isArray(turns)) return [];
  return (turns as readonly (Partial<Stored> & { readonly runId?: string })[]).flatMap(
    ({ runId, events = [] }) =>
      events.flatMap((event) => (event.kind === "logged" ? [`${runId}: ${event.message}`] : [])),
  );
}

function storesEvent(
  verb: string | symbol,
  event: HistoryEvent["kind"] | undefined,
  args: readonly unknown[],
): boolean {
  return event !== undefined && (verb === "create" || verb === "commit") && isAsked({ verb, event }, args);
}

/** Outcomes do not name the activity: `skip` tells those apart. */
function isOf(activity: string | undefined, event: HistoryEvent): boolean {
  return activity === undefined || (event.kind === "activity_scheduled" && event.activity === activity);
}

function isGiven({ gives }: Failpoint, answer: unknown): boolean {
  return gives !== true || (Array.isArray(answer) && answer.length > 0);
}
