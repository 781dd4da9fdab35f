/*
 * Wake-ups between processes: LISTEN and NOTIFY.
 *
 * Owns: one connection that listens and comes back after an outage, and the sending of hints, coalesced: while one NOTIFY is
 * under way the next hints gather. Sending is never part of a data transaction.
 * Does not own: progress. A hint may be lost; polls find what it was about.
 */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import pg from "pg";
import type { RunId, WorkerId } from "../../core/ids.js";
import { deliver } from "../local-wake-ups.js";
import type { Hint, WakeUps } from "../wake-ups.js";
import type { Session } from "./connection.js";
import { param, statement } from "./statement.js";

const CHANNEL = "continuum";
/** Postgres refuses payloads of 8,000 bytes and more. */
const LONGEST = 7_900;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface PgWakeUpsPorts {
  /** Where hints are sent. */
  readonly session: Session;
  /** How to make the connection that listens; null: hear this process's own hints only (behind a pooler). */
  readonly listener: pg.ClientConfig | null;
  /** Told once per outage. */
  readonly report: (error: unknown) => void;
}

const notify = statement(
  "notify",
  sql`select pg_notify('continuum', hint) from unnest(${param("hints", "text[]")}) as h(hint)`,
);

export function pgWakeUps({ session, listener, report }: PgWakeUpsPorts): WakeUps {
  const process = randomUUID();
  const listeners = new Set<(hint: Hint) => void>();
  let closed = false;
  let waiting = new Set<string>();
  let sending: Promise<void> | null = null;
  let silent = false;

  const send = async (): Promise<void> => {
    while (waiting.size > 0 && !closed) {
      const hints = [...waiting];
      waiting = new Set();
      try {
        await session.query(notify, { hints });
        silent = false;
      } catch (error) {
        // Lost hints cost latency only. One report per outage.
        if (!silent && !closed) report(error);
        silent = true;
      }
    }
    sending = null;
  };
  const hear = (text: string): void => {
    const [from, hint] = decode(text);
    // What this process sent it has delivered already.
    if (hint !== null && from !== process) deliver([hint], listeners, report);
  };
  const listening =
    listener === null
      ? null
      : keepListening(listener, hear, report, () => deliver([{ kind: "work" }], listeners, report));

  return {
    publish(hints) {
      if (closed || hints.length === 0) return;
      queueMicrotask(() => deliver(hints, listeners, report));
      for (const hint of hints) {
        const text = encode(process, hint);
        if (text.length <= LONGEST) waiting.add(text);
      }
      sending ??= send();
    },
    subscribe(heard) {
      const entry = (hint: Hint): void => heard(hint);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    async close() {
      closed = true;
      listeners.clear();
      await listening?.stop();
      await sending;
    },
  };
}

function encode(process: string, hint: Hint): string {
  switch (hint.kind) {
    case "work":
      return JSON.stringify([process, "work"]);
    case "end":
      return JSON.stringify([process, "end", hint.runId]);
    case "run":
      return JSON.stringify([process, "run", hint.runId, hint.worker]);
  }
}

/** Anybody may have sent it: what is not understood is no hint. */
function decode(text: string): readonly [from: unknown, hint: Hint | null] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return [null, null];
    const [from, kind, runId, worker] = parsed as readonly unknown[];
    if (kind === "work") return [from, { kind }];
    if (typeof runId !== "string") return [from, null];
    if (kind === "end") return [from, { kind, runId: runId as RunId }];
    if (kind === "run" && typeof worker === "string")
      return [from, { kind, runId: runId as RunId, worker: worker as WorkerId }];
    return [from, null];
  } catch {
    return [null, null];
  }
}

/** A connection that listens until it is stopped; `resumed` is called when it is back after an outage. */
function keepListening(
  config: pg.ClientConfig,
  hear: (text: string) => void,
  report: (error: unknown) => void,
  resumed: () => void,
): { stop(): Promise<void> } {
  let client: pg.Client | null = null;
  let stopped = false;
  let pauseMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let reported = false;

  const lost = (error: unknown): void => {
    if (stopped) return;
    if (!reported) report(error);
    reported = true;
    timer = setTimeout(() => void begin(), pauseMs);
    timer.unref();
    pauseMs = Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
  };
  const begin = async (): Promise<void> => {
    const mine = new pg.Client({ ...config, query_timeout: 0, statement_timeout: 0 });
    let isOver = false;
    const over = (error: unknown): void => {
      if (isOver) return;
      isOver = true;
      mine.end().catch(() => undefined);
      lost(error);
    };
    mine.on("error", over);
    mine.on("end", () => over(new Error("the connection that listens for hints ended")));
    mine.on("notification", ({ payload }) => hear(payload ?? ""));
    try {
      await mine.connect();
      client = mine;
      if (stopped) return await mine.end();
      await mine.query(`listen ${CHANNEL}`);
      if (reported) resumed();
      reported = false;
      pauseMs = 0;
    } catch (error) {
      over(error);
    }
  };
  const first = begin();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await first;
      await client?.end().catch(() => undefined);
    },
  };
}
