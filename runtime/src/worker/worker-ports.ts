import type { ChainId, RunId, WorkerId } from "../core/ids.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import type { ChainEnd, Journal } from "../journal/port.js";
import type { JournalReader } from "../journal/reader.js";
import type { WakeUps } from "../journal/wake-ups.js";
import type { Logger } from "../telemetry/logger.js";
import type { VersionIndex } from "../versions/version-index.js";
import type { ActivityFunctions } from "./activity-functions.js";
import type { CarryOn } from "./carry-on.js";
import type { DatabaseClock } from "./database-clock.js";
import type { Notices } from "./notices.js";
import type { Ports } from "./ports.js";
import type { WorkerSettings } from "./worker-settings.js";

/** What all incarnations of a worker share. */
export interface WorkerPorts extends Ports {
  readonly journal: Journal;
  readonly reader: JournalReader;
  readonly wakeUps: WakeUps;
  readonly codec: PayloadCodec;
  readonly versions: VersionIndex;
  readonly functions: ActivityFunctions;
  readonly settings: WorkerSettings;
  readonly clock: DatabaseClock;
  readonly notices: Notices;
  /** Where lines of workflow code go. */
  readonly workflowLog: Logger;
  readonly carryOn: Pick<CarryOn, "ask">;
  /** A chain whose run this worker owned has ended, and that is stored. */
  ended(chainId: ChainId, end: ChainEnd): void;
  /** Another run of the chain is the live one now; `here`: this worker owns it. */
  continued(runId: RunId, chainId: ChainId, here: boolean): void;
  /** A run of `owner`, or of nobody, has news. */
  tell(runId: RunId, owner: WorkerId | null): void;
}
