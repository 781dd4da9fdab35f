/*
 * The way from a user's option to a journal: which adapter, on which database.
 */
import { performance } from "node:perf_hooks";
import { payloadCodec } from "../codec/payload-codec.js";
import type { AtMs } from "../core/ids.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import { unknownDatabase } from "../errors/connect-errors.js";
import { localWakeUps } from "./local-wake-ups.js";
import { memoryJournal } from "./memory/journal.js";
import type { Journal } from "./port.js";
import type { JournalReader } from "./reader.js";
import type { WakeUps } from "./wake-ups.js";

export interface OpenJournal {
  /** `memory:`. */
  readonly database: string;
  /** Writes the errors that the journal itself records. Default: the standard codec. */
  readonly codec?: PayloadCodec;
  /** Numbers in [0, 1) for jitter. Default `Math.random`. */
  readonly random?: () => number;
  /** `memory:` only: its clock. Default: this machine's, made monotonic. */
  readonly now?: () => AtMs;
  /** Told once of each failure that no caller waits for (a lost listener, a failing subscriber). Default: a process warning. */
  readonly report?: (error: unknown) => void;
}

export interface OpenedJournal {
  readonly journal: Journal;
  readonly reader: JournalReader;
  readonly wakeUps: WakeUps;
}

/**
 * Opens a journal; close it by `journal.close()` and `wakeUps.close()`.
 *
 * @throws ContinuumError CTM11xx when it cannot be used, each with what to do about it.
 * @example const { journal, reader, wakeUps } = await openJournal({ database: "memory:" });
 */
export async function openJournal(options: OpenJournal): Promise<OpenedJournal> {
  const { database, codec = payloadCodec(), random = Math.random, now = machineClock, report = warn } = options;
  if (database === "memory:") {
    return { ...memoryJournal({ codec, random, now }), wakeUps: localWakeUps(report) };
  }
  throw unknownDatabase();
}

/** The date of the process's start plus monotonic time: it never steps back. */
function machineClock(): AtMs {
  return Math.floor(performance.timeOrigin + performance.now()) as AtMs;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
