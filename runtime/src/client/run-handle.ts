import type { SignalDefinition } from "../authoring/define-signal.js";
import { checkOptions, durationMs, text } from "../core/option-rules.js";
import { decodeFailure } from "../core/failures.js";
import type { RunId } from "../core/ids.js";
import { CancelledError } from "../core/workflow-errors.js";
import {
  clientClosed,
  runCancelled,
  runFailed,
  runMissing,
  runNotBlocked,
  runOver,
  runTerminated,
} from "../errors/client-errors.js";
import type { ChainEnd } from "../journal/port.js";
import { insist } from "../worker/insist.js";
import { describeRun, historyOf, latestOf } from "./describe-run.js";
import type { RunDescription, RunEvent } from "./describe-run.js";
import { tellOwner } from "./engine.js";
import type { Engine } from "./engine.js";
import { sendSignal } from "./send-signal.js";
import type { AnySignal, SignalOptions } from "./send-signal.js";

/** A run, seen from outside. It holds no resources; any number of handles may stand for one run. */
export class RunHandle<Output = unknown> {
  readonly id: string;
  readonly #engine: Engine;

  /** @internal */
  constructor(engine: Engine, id: RunId) {
    this.#engine = engine;
    this.id = id;
  }

  /**
   * The run's result, as soon as there is one.
   *
   * @throws CancelledError when the run was cancelled.
   * @throws ContinuumError CTM7201 when the run has failed (`cause` is what its workflow threw), CTM7202 when it was
   *   terminated, CTM7204 after `timeoutMs`, which changes nothing, CTM7001 when there is no such
   *   run.
   * @example const receipt = await run.result({ timeoutMs: 10_000 });
   */
  async result(options: { readonly timeoutMs?: number } = {}): Promise<Output> {
    checkOptions("CTM1201", "result()", options, { timeoutMs: durationMs });
    const engine = this.#engine;
    const local = engine.worker?.owns(this.#runId) ?? false;
    const end = await engine.ends.wait(this.#runId, options.timeoutMs ?? null, local);
    return (await this.#resultOf(end)) as Output;
  }

  /**
   * Sends a signal; resolves when it is stored. The run takes it when it comes to a wait for it, in order.
   *
   * @throws ContinuumError CTM7001 when there is no such run, CTM7002 when it has ended, CTM7003 when the workflow or the
   *   signal's schema refuses it, CTM7006 when the payload cannot be stored.
   * @example await run.signal(fraudReview, "approved");
   */
  signal<Payload, Sent>(
    signal: SignalDefinition<Payload, Sent>,
    payload: NoInfer<Sent>,
    options?: SignalOptions,
  ): Promise<void>;
  signal(signal: string, payload?: unknown, options?: SignalOptions): Promise<void>;
  signal(signal: AnySignal, payload?: unknown, options: SignalOptions = {}): Promise<void> {
    return sendSignal(this.#engine, this.#runId, signal, payload, options);
  }

  /**
   * Ends the run at once, without running any more of its code; activities at work are told by their `abortSignal`.
   *
   * @throws ContinuumError CTM7001 when there is no such run, CTM7002 when it has ended already.
   * @example await run.terminate("ordered twice");
   */
  async terminate(reason?: string): Promise<void> {
    if (reason !== undefined) checkOptions("CTM1201", "terminate()", { reason }, { reason: text });
    const engine = this.#engine;
    const runId = this.#runId;
    const verdict = await this.#insist("terminate a run", () =>
      engine.journal.terminate(runId, reason ?? null),
    );
    if (verdict.kind === "missing") throw runMissing(runId);
    if (verdict.kind === "ended") throw runOver(runId, verdict.status, "be terminated");
    if (verdict.owner !== null) tellOwner(engine, runId, verdict.owner);
    engine.ends.hint(runId);
    engine.wakeUps.publish([{ kind: "end", runId }]);
    engine.carryOn.ask(true); // Its parent is told, its children go by their policy.
  }

  /**
   * Asks the run to end: its pending awaits reject with `CancelledError`, its code can clean up and compensate, and it ends
   * cancelled. Resolves when that is stored; a repeat changes nothing. It reaches the chain's live run by any id of the chain.
   *
   * @throws ContinuumError CTM7001 when there is no such run, CTM7002 when it has ended already.
   * @example await run.cancel("the customer changed their mind");
   */
  async cancel(reason?: string): Promise<void> {
    if (reason !== undefined) checkOptions("CTM1201", "cancel()", { reason }, { reason: text });
    const engine = this.#engine;
    const runId = this.#runId;
    const verdict = await this.#insist("cancel a run", () => engine.journal.cancel(runId, reason ?? null));
    if (verdict.kind === "missing") throw runMissing(runId);
    if (verdict.kind === "ended") throw runOver(runId, verdict.status, "be cancelled");
    tellOwner(engine, runId, verdict.owner);
  }

  /**
   * Puts a blocked run back into circulation, once its cause is settled (as a rule: once code that fits is deployed).
   *
   * @throws ContinuumError CTM7001 when there is no such run, CTM7008 when it is not blocked.
   * @example await run.resume();
   */
  async resume(): Promise<void> {
    const engine = this.#engine;
    const runId = await latestOf(engine, this.#runId);
    if (!(await this.#insist("resume a run", () => engine.journal.resume(runId)))) throw runNotBlocked(runId);
    tellOwner(engine, runId, null);
  }

  /**
   * What is known of the run now. Writes nothing.
   *
   * @throws ContinuumError CTM7001 when there is no such run.
   * @example const { status, diagnosis } = await run.describe();
   */
  describe(): Promise<RunDescription> {
    return describeRun(this.#engine, this.#runId);
  }

  /**
   * What has happened to the run, decoded. Writes nothing.
   *
   * @throws ContinuumError CTM7001 when there is no such run.
   * @example for (const { seq, kind, site } of await run.history()) console.log(seq, kind, site?.line);
   */
  history(): Promise<readonly RunEvent[]> {
    return historyOf(this.#engine, this.#runId);
  }

  get #runId(): RunId {
    return this.id as RunId;
  }

  async #resultOf(end: ChainEnd): Promise<unknown> {
    const { codec, reader } = this.#engine;
    switch (end.status) {
      case "completed":
        return end.payload === null ? undefined : codec.decode(end.payload);
      case "failed":
        throw runFailed(this.id, end.payload === null ? undefined : decodeFailure(codec, end.payload));
      case "terminated":
        throw runTerminated(this.id, (await reader.run(end.runId))?.terminateReason ?? null);
      case "cancelled":
        throw Object.assign(new CancelledError(`Run ${JSON.stringify(this.id)} was cancelled`), {
          cause: runCancelled(this.id),
        });
    }
  }

  async #insist<T>(verb: string, call: () => Promise<T>): Promise<T> {
    const { ports, closed } = this.#engine;
    const answer = await insist(ports, closed, verb, call);
    if (answer === null) throw clientClosed(verb);
    return answer;
  }
}

/** What `start` gives. */
export class StartedRun<Output = unknown> extends RunHandle<Output> {
  /** With an idempotency key: the run was there already, started earlier with the same key. */
  readonly existed: boolean;

  /** @internal */
  constructor(engine: Engine, id: RunId, existed: boolean) {
    super(engine, id);
    this.existed = existed;
  }
}
