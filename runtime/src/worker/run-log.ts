import type { LogLevel } from "@continuum/contract";
import type { HistoryEvent } from "../core/events.js";
import type { Payload } from "../core/ids.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import type { LogFields, Logger } from "../telemetry/logger.js";
import type { LiveRun } from "./live-run.js";

/**
 * Writes what workflow code logs: after the commit of the turn that holds it, and never on replay, so each line comes at most
 * once, and once unless the process dies in between (R10).
 */
export class RunLog {
  readonly #logger: Logger;
  readonly #codec: PayloadCodec;

  constructor(logger: Logger, codec: PayloadCodec) {
    this.#logger = logger;
    this.#codec = codec;
  }

  stored(run: LiveRun, events: readonly HistoryEvent[]): void {
    for (const event of events) {
      if (event.kind !== "logged") continue;
      const { level, message, payload } = event;
      const fields = {
        ...this.#fields(payload),
        runId: run.runId,
        workflow: run.definition.compiled.manifest.name,
      };
      write(this.#logger, level, message, fields);
    }
  }

  #fields(payload: Payload): LogFields {
    const given: unknown = this.#codec.decode(payload);
    if (given === undefined || given === null) return {};
    if (typeof given !== "object" || Array.isArray(given)) return { fields: given };
    return given as LogFields;
  }
}

function write(logger: Logger, level: LogLevel, message: string, fields: LogFields): void {
  if (level === "debug") logger.debug?.(message, fields);
  else logger[level](message, fields);
}
