/*
 * What a person may watch while runs go on. Notices leave after the commit that they tell of, so nothing is shown that
 * could still be lost; at a take-over the events that were replayed are shown too, marked as such.
 */
import type { Site } from "@continuum/contract";
import type { HistoryEvent } from "../core/events.js";
import type { Logger } from "./logger.js";

/** One thing that happened to a run, as {@link Observer} gets it. */
export type Notice =
  /** An event was stored (`replayed: false`), or was walked again from history by a worker that took the run over. */
  | {
      readonly kind: "event";
      readonly runId: string;
      readonly workflow: string;
      readonly event: HistoryEvent;
      /** Where in the user's source the command was issued; for an outcome, the site of its command. */
      readonly site: Site | null;
      readonly replayed: boolean;
    }
  /** This worker owns the run now. `takenFrom`: the worker that died, else null. */
  | {
      readonly kind: "claimed";
      readonly runId: string;
      readonly workflow: string;
      readonly takenFrom: string | null;
      readonly replayed: number;
    }
  /** A body begins in this process. */
  | {
      readonly kind: "attempt_started";
      readonly runId: string;
      readonly activity: string;
      readonly attempt: number;
    }
  | {
      readonly kind: "attempt_ended";
      readonly runId: string;
      readonly activity: string;
      readonly attempt: number;
      readonly outcome: "completed" | "failed" | "retry" | "returned" | "refused";
    }
  | {
      readonly kind: "blocked";
      readonly runId: string;
      readonly workflow: string;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: "lease_lost"; readonly worker: string };

/** Called for each {@link Notice}, in order per run. It must return at once; what it throws is logged and goes no further. */
export type Observer = (notice: Notice) => void;

/** An observer that cannot throw into the engine; null stays null, so that nothing is built for nobody. */
export function guardedObserver(observer: Observer | null, log: Logger): Observer | null {
  if (observer === null) return null;
  let complained = false;
  return (notice) => {
    try {
      observer(notice);
    } catch (error) {
      if (complained) return;
      complained = true;
      log.error("the observer threw; further failures of it are not reported", { error: String(error) });
    }
  };
}
