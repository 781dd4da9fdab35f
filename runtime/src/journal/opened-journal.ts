import type { Journal } from "./port.js";
import type { JournalReader } from "./reader.js";
import type { WakeUps } from "./wake-ups.js";

/** The three ports of one store. Close it by `journal.close()`, after `wakeUps.close()`. */
export interface OpenedJournal {
  readonly journal: Journal;
  readonly reader: JournalReader;
  readonly wakeUps: WakeUps;
}
