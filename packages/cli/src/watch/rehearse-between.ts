/*
 * Uses the time in which a watch has nothing to do for rehearsals of edits. Each has a turn of its own, so that whatever happens
 * meanwhile comes next.
 */

/** Time for what the system has to tell, and for whoever else wants the processor. */
const PAUSE_MS = 50;

export interface Rehearsals {
  /** A report is out. */
  resume(): void;
  stop(): void;
}

/** Calls `rehearse` until it gives false, but not while `isPending`: then a report comes, and `resume` with it. */
export function rehearseBetween(rehearse: () => boolean, isPending: () => boolean): Rehearsals {
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!isPending() && rehearse()) next();
    }, PAUSE_MS);
  };
  return { resume: next, stop: () => clearTimeout(timer) };
}
