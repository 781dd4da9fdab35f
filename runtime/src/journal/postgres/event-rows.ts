/*
 * Events and rows. What every event has is a column; the payload is one, so that the rest can be read without a codec (R44);
 * what remains is JSON text, in the order in which the event has it.
 */
import type { SQL } from "drizzle-orm";
import { sql } from "drizzle-orm";
import type { HistoryEvent } from "../../core/events.js";
import type { Row } from "./connection.js";
import { column, param } from "./statement.js";
import type { Values } from "./statement.js";

export interface EventOf {
  readonly runId: string;
  readonly token: number;
  readonly event: HistoryEvent;
}

/** The columns of {@link eventRows}, for `events` of any runs. */
export function eventValues(events: readonly EventOf[]): Values {
  return {
    eventRuns: column(events, ({ runId }) => runId),
    eventTokens: column(events, ({ token }) => token),
    eventSeqs: column(events, ({ event }) => event.seq),
    eventTimes: column(events, ({ event }) => event.at),
    eventKinds: column(events, ({ event }) => event.kind),
    eventBodies: column(events, ({ event }) => bodyOf(event)),
    eventPayloads: column(events, ({ event }) => ("payload" in event ? event.payload : null)),
  };
}

/** Rows to insert, named `e`. */
export const eventRows: SQL = sql`unnest(${param("eventRuns", "text[]")}, ${param("eventTokens", "int8[]")}, ${param("eventSeqs", "int4[]")},
  ${param("eventTimes", "int8[]")}, ${param("eventKinds", "text[]")}, ${param("eventBodies", "text[]")}, ${param("eventPayloads", "text[]")})
  as e(run_id, token, seq, at, kind, body, payload)`;

function bodyOf(event: HistoryEvent): string {
  const { kind: _kind, seq: _seq, at: _at, ...rest } = event;
  if (!("payload" in rest)) return JSON.stringify(rest);
  const { payload: _payload, ...body } = rest;
  return JSON.stringify(body);
}

/** From columns `kind`, `seq`, `at`, `body` and `payload`. */
export function eventOf(row: Row): HistoryEvent {
  const event = { kind: row.kind, seq: row.seq, at: row.at, ...(JSON.parse(row.body as string) as object) };
  return (row.payload === null ? event : { ...event, payload: row.payload }) as HistoryEvent;
}
