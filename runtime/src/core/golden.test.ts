import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeHistory } from "./describe-event.js";
import { isInput } from "./events.js";
import type { History, HistoryEvent } from "./events.js";
import { goldenPrograms } from "./fixtures/golden-programs.js";
import { Driver, portsOf, program } from "./fixtures/program.js";
import { replay } from "./replay.js";

/*
 * Histories as they were stored by earlier versions. A file is written once, when its event type appears
 * (CTM_WRITE_GOLDEN=1), and never edited: that it still replays is the point.
 */
const kinds = Object.keys(goldenPrograms) as HistoryEvent["kind"][];
const fileOf = (kind: string): URL => new URL(`./golden/${kind}.json`, import.meta.url);

describe("golden histories", () => {
  it.each(kinds)("%s: what was stored still replays, whole and up to every step", (kind) => {
    const { body, drive } = goldenPrograms[kind];
    const workflow = program(body);
    if (process.env["CTM_WRITE_GOLDEN"] === "1" && !existsSync(fileOf(kind))) {
      const driver = new Driver(workflow);
      drive(driver);
      writeFileSync(fileOf(kind), `${JSON.stringify(driver.history, null, 2)}\n`);
    }
    const stored = JSON.parse(readFileSync(fileOf(kind), "utf8")) as History;
    expect(stored.map((event) => event.kind)).toContain(kind);
    const ends = stored.map((_, i) => i + 1).filter((end) => end === stored.length || isInput(stored[end]!));
    for (const end of ends) {
      const { execution, fault } = replay(portsOf(workflow), stored.slice(0, end));
      expect(fault).toBeNull();
      expect(execution!.nextSeq).toBe(end);
    }
  });

  it("read well to a person, without a payload", () => {
    const lines = kinds.flatMap((kind) => {
      const stored = JSON.parse(readFileSync(fileOf(kind), "utf8")) as History;
      const { manifest } = program(goldenPrograms[kind].body);
      return describeHistory(stored, manifest).map(
        ({ input, text, place }) => `${input ? "→" : " "} ${text}${place === null ? "" : ` (${place})`}`,
      );
    });
    expect([...new Set(lines)]).toMatchInlineSnapshot(`
      [
        "→ run started",
        "  activity orders.open scheduled (src/order.ts:10)",
        "  activity payments.charge scheduled (src/order.ts:10)",
        "→ activity payments.charge completed (src/order.ts:10)",
        "  activity payments.refund scheduled, to undo activity payments.charge (src/order.ts:19)",
        "  activity a.one scheduled (src/order.ts:10)",
        "  activity a.two scheduled (src/order.ts:11)",
        "→ activity a.two completed (src/order.ts:11)",
        "→ activity a.one completed at attempt 2 (src/order.ts:10)",
        "  timer of 49 ms started (src/order.ts:64)",
        "→ activity payments.charge failed for good at attempt 3 (src/order.ts:10)",
        "  activity mail.sorry scheduled (src/order.ts:11)",
        "  timer of 1 d started (src/order.ts:64)",
        "  timer of 5 ms started (src/order.ts:64)",
        "→ timer of 5 ms fired (src/order.ts:64)",
        "  timer of 6 ms started (src/order.ts:65)",
        "  waiting for signal forEver (src/order.ts:55)",
        "  waiting for signal once for at most 0 ms (src/order.ts:56)",
        "  waiting for signal aWhile for at most 1 m (src/order.ts:57)",
        "  waiting for signal fraudReview for at most 1 m (src/order.ts:55)",
        "→ signal fraudReview received (src/order.ts:55)",
        "  activity mail.tell scheduled (src/order.ts:10)",
        "→ signal fraudReview did not come in time (src/order.ts:55)",
        "  waiting for signal a (src/order.ts:55)",
        "  waiting for signal b (src/order.ts:56)",
        "  timer of 9 ms started (src/order.ts:64)",
        "→ signal b received (src/order.ts:56)",
        "  withdrawn, since they lost a race: signal a, timer of 9 ms",
        "  timer of 1 ms started (src/order.ts:65)",
        "  timer of 1 m started (src/order.ts:64)",
        "  waiting for signal go (src/order.ts:55)",
        "  activity orders.ship scheduled (src/order.ts:11)",
        "→ cancellation requested",
        "→ activity payments.refund completed (src/order.ts:19)",
        "  timer of 5 ms started (src/order.ts:65)",
        "→ timer of 5 ms fired (src/order.ts:65)",
        "  run cancelled",
        "  child shipment started as run shipment-4507f68438cfe81aba13728e51b7fdd4 (src/order.ts:109)",
        "  child shipment started as run shipment-6bd9683d1792e2587450e00f0b07cb16 (src/order.ts:163)",
        "  child shipment started as run shipment-df8897b9e0ce4cf6d3ec0ca5efe35702 (src/order.ts:163)",
        "  timer of 1 ms started (src/order.ts:64)",
        "  child shipment started as run shipment-fe1dfa0cb0a3fa1ccef340c7432e4be5 (src/order.ts:163)",
        "→ child shipment completed (src/order.ts:109)",
        "→ child shipment completed (src/order.ts:163)",
        "  timer of 42 ms started (src/order.ts:64)",
        "→ child shipment failed (src/order.ts:109)",
        "  activity mail.sorry scheduled (src/order.ts:10)",
        "→ child shipment was cancelled (src/order.ts:163)",
        "→ child shipment was terminated (src/order.ts:163)",
        "  cancellation of child shipment requested (src/order.ts:100)",
        "  signal fraudReview sent to run order-7 (src/order.ts:145)",
        "→ signal fraudReview to run order-7 delivered (src/order.ts:145)",
        "→ signal fraudReview to run order-7 refused (src/order.ts:145)",
        "  patch shorter is on",
        "  side effect recorded (src/order.ts:154)",
        "  side effect threw (src/order.ts:155)",
        "  info: order taken (src/order.ts:127)",
        "  error: no answer (src/order.ts:128)",
        "  run continued as run-1~910f5bd2942a18419d1fe947f6618adc (src/order.ts:118)",
        "  run completed",
        "  run failed",
      ]
    `);
  });
});
