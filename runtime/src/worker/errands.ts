/*
 * What a stored turn asks of other runs: signals to send, children to cancel. Each is done until the journal has answered,
 * and again by whoever takes the run over while it is open: both verbs are idempotent, by delivery id and by nature.
 *
 * Invariants:
 *   M1  Nothing goes out before the commit of the event that asks for it (R37).
 *   M2  A run with an errand under way is not released: nobody else would do it, nor be woken by its answer.
 */
import { encodeFailure } from "../core/failures.js";
import type { HistoryEvent, RecordedCommand } from "../core/events.js";
import type { OpenCommand } from "../core/execution.js";
import type { RunId, Seq, WorkerId } from "../core/ids.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import type { Journal, SentSignal } from "../journal/port.js";
import type { DatabaseClock } from "./database-clock.js";
import { deliverSignal } from "./deliver-signal.js";
import type { DeliveryPorts } from "./deliver-signal.js";
import { insist, owned } from "./insist.js";
import type { LiveRun, Result } from "./live-run.js";

export interface ErrandPorts extends DeliveryPorts {
  readonly journal: Pick<Journal, "signal" | "cancel" | "terminate">;
  readonly codec: PayloadCodec;
  readonly clock: DatabaseClock;
  consider(run: LiveRun): void;
  /** A run was ended at once: its own children are somebody's business. */
  endedAtOnce(runId: RunId): void;
}

type StartedChild = Pick<
  Extract<RecordedCommand, { kind: "child_started" }>,
  "seq" | "childId" | "onParentClose"
>;

const AT_ONCE = 16;

export class Errands {
  readonly #ports: ErrandPorts;
  readonly #waiting: (() => Promise<void>)[] = [];
  #working = 0;

  constructor(ports: ErrandPorts) {
    this.#ports = ports;
  }

  /**
   * A turn was stored; `withdrawn` are the commands that a cancellation has closed in it. What a run sends in the turn that ends it
   * (`ended`) is a debt of its row, for whoever carries on.
   */
  stored(
    run: LiveRun,
    events: readonly HistoryEvent[],
    withdrawn: readonly OpenCommand[],
    ended: boolean,
  ): void {
    for (const event of events) {
      if (event.kind === "signal_sent" && !ended) this.#send(run, event);
      else if (event.kind === "child_cancel_requested") this.#cancelAsked(run, event.child);
    }
    for (const command of withdrawn) if (command.kind === "child_started") this.#close(run, command);
  }

  /** The run was claimed: what its last owner may have left undone is done again. */
  adopted(run: LiveRun, history: readonly HistoryEvent[]): void {
    for (const command of run.open.values()) if (command.kind === "signal_sent") this.#send(run, command);
    if (run.started.size === 0) return;
    const ended = new Set<Seq>();
    const started: StartedChild[] = [];
    for (const event of history) {
      switch (event.kind) {
        case "child_started":
          started.push(event);
          break;
        case "child_completed":
        case "child_failed":
        case "child_cancelled":
          ended.add(event.command);
          break;
        case "child_cancel_requested":
          this.#cancelAsked(run, event.child);
          break;
        case "cancel_requested":
          for (const child of started) if (!ended.has(child.seq)) this.#close(run, child);
          break;
        default:
          break;
      }
    }
  }

  /** `cancelChild`: whatever its policy at the parent's end is. A child that has ended is left as it is. */
  #cancelAsked(run: LiveRun, child: Seq): void {
    const childId = run.started.get(child);
    if (childId !== undefined) this.#close(run, { seq: child, childId, onParentClose: "cancel" });
  }

  /** A child whose await was rejected by the parent's own cancellation goes by its policy (R33). */
  #close(run: LiveRun, { seq, childId, onParentClose }: StartedChild): void {
    if (onParentClose === "abandon") return;
    this.#do(run, seq, "closing a child", async () => {
      const { journal, tell, endedAtOnce, stopped } = this.#ports;
      const verdict = await insist<{ readonly kind: string; readonly owner?: WorkerId | null }>(
        this.#ports,
        stopped,
        "closing a child",
        () =>
          onParentClose === "cancel"
            ? journal.cancel(childId, "its parent was cancelled")
            : journal.terminate(childId, "its parent was cancelled"),
      );
      if (verdict === null || verdict.owner === undefined) return;
      tell(childId, verdict.owner);
      if (verdict.kind === "terminated") endedAtOnce(childId);
    });
  }

  #send(run: LiveRun, command: SentSignal & { readonly seq: Seq }): void {
    const { seq } = command;
    this.#do(run, seq, "sending a signal", async () => {
      const delivery = await deliverSignal(command, this.#ports);
      if (delivery === "stopped" || !run.open.has(seq)) return;
      const input: Result["input"] =
        delivery === "accepted"
          ? { kind: "signal_delivered", command: seq }
          : {
              kind: "signal_refused",
              command: seq,
              payload: encodeFailure(this.#ports.codec, delivery.refused),
            };
      run.results.push({ input, arrivedAt: this.#ports.clock.now(), record: null });
    });
  }

  #do(run: LiveRun, seq: Seq, what: string, errand: () => Promise<void>): void {
    if (run.errands.has(seq)) return;
    run.errands.add(seq);
    this.#waiting.push(async () => {
      try {
        await errand();
      } finally {
        run.errands.delete(seq);
      }
      if (!this.#ports.stopped() && run.phase !== "gone") this.#ports.consider(run);
    });
    this.#work(what);
  }

  #work(what: string): void {
    while (this.#working < AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#working += 1;
      owned(
        next().finally(() => {
          this.#working -= 1;
          this.#work(what);
        }),
        this.#ports.log,
        what,
      );
    }
  }
}
