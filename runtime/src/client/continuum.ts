import type { SignalDefinition } from "../authoring/define-signal.js";
import type { Workflow } from "../authoring/define-workflow.js";
import { checkOptions, durationMs } from "../core/option-rules.js";
import type { RunId } from "../core/ids.js";
import { connectEngine, realWorld } from "./connect.js";
import type { Connected } from "./connect.js";
import type { ConnectOptions } from "./connect-options.js";
import { drainOnSigterm } from "./drain-on-sigterm.js";
import type { Engine } from "./engine.js";
import { RunHandle, StartedRun } from "./run-handle.js";
import { checkId } from "./run-ids.js";
import { sendSignal } from "./send-signal.js";
import { startRun } from "./start-run.js";
import type { StartOptions } from "./start-run.js";

const DRAIN_MS = 30_000;
/** How long `close` lets activities finish before it gives them back. */
const CLOSE_MS = 1_000;

/**
 * A connection to a journal: starts runs, talks to them, and, unless it is a mere client, runs them.
 *
 * @example
 * await using continuum = await Continuum.connect({ database: "pglite:./data", workflows: [orderFlow] });
 * const run = await continuum.start(orderFlow, { orderId: "o-1", items: [] });
 * console.log(await run.result());
 */
export class Continuum implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #shutDown: () => Promise<void>;
  readonly #ignoreSigterm: () => void;
  #closing: Promise<void> | null = null;

  /** @internal Users call {@link Continuum.connect}. */
  constructor({ engine, shutDown, drainsOnSigterm }: Connected) {
    this.#engine = engine;
    this.#shutDown = shutDown;
    this.#ignoreSigterm = drainsOnSigterm
      ? drainOnSigterm(async () => {
          await this.drain();
          await this.close();
        })
      : (): void => undefined;
  }

  /**
   * Opens the journal, checks it, and begins to work, unless `worker` is false.
   *
   * @throws ContinuumError CTM12xx when an option is unknown or wrong, CTM11xx when the database cannot be used.
   * @example const continuum = await Continuum.connect({ database: process.env.DATABASE_URL!, workflows: [orderFlow] });
   */
  static async connect(options: ConnectOptions): Promise<Continuum> {
    return new Continuum(await connectEngine(options, realWorld));
  }

  /**
   * Starts a run; resolves when it is stored.
   *
   * @throws ContinuumError CTM1202 for what is no workflow, CTM7004 for an id that cannot be one, CTM7005 when the id is
   *   taken, CTM7006 when the input cannot be stored, CTM7007 when the workflow's `input` schema refuses it.
   * @example const run = await continuum.start(orderFlow, { orderId: "o-1", items: [] }, { id: "order-o-1" });
   */
  async start<Input, Output, Given>(
    flow: Workflow<Input, Output, Given>,
    input: NoInfer<Given>,
    options: StartOptions = {},
  ): Promise<StartedRun<Output>> {
    const { runId, existed } = await startRun(this.#engine, flow, input, options);
    return new StartedRun<Output>(this.#engine, runId, existed);
  }

  /**
   * Starts a run, once per `key`: a repeat, from wherever, answers with the first run, and says so in `existed`. The key is of
   * the workflow and the namespace. The same as `start` with `idempotencyKey: key`.
   *
   * @throws ContinuumError as `start` does.
   * @example const { existed } = await continuum.startUnique(orderFlow, request.id, order);
   */
  startUnique<Input, Output, Given>(
    flow: Workflow<Input, Output, Given>,
    key: string,
    input: NoInfer<Given>,
    options: Omit<StartOptions, "idempotencyKey"> = {},
  ): Promise<StartedRun<Output>> {
    return this.start(flow, input, { ...options, idempotencyKey: key });
  }

  /**
   * Sends a signal, once per run and `key`: a repeat is a no-op with the same answer, for the whole chain. The same as
   * `run(id).signal` with `deliveryId: key`.
   *
   * @throws ContinuumError as `signal` does.
   * @example await continuum.signalUnique("order-o-1", fraudReview, webhook.id, "approved");
   */
  async signalUnique<Payload, Sent>(
    id: string,
    signal: SignalDefinition<Payload, Sent> | string,
    key: string,
    payload?: NoInfer<Sent>,
  ): Promise<void> {
    checkId("run id", id);
    await sendSignal(this.#engine, id as RunId, signal, payload, { deliveryId: key });
  }

  /**
   * Starts several runs of a workflow with as few commits as can be. Rejects with the first refusal; those that were stored by
   * then stay started.
   *
   * @throws ContinuumError as `start` does.
   * @example const runs = await continuum.startMany(orderFlow, orders.map((order) => ({ input: order, id: order.id })));
   */
  startMany<Input, Output, Given>(
    flow: Workflow<Input, Output, Given>,
    starts: readonly ({ readonly input: NoInfer<Given> } & StartOptions)[],
  ): Promise<readonly StartedRun<Output>[]> {
    return Promise.all(starts.map(({ input, ...options }) => this.start(flow, input, options)));
  }

  /**
   * A handle of the run of that id; asks nothing of the database.
   *
   * @throws ContinuumError CTM7004 for an id that cannot be one.
   * @example await continuum.run("order-o-1").signal(fraudReview, "approved");
   */
  run<Output = unknown>(id: string): RunHandle<Output> {
    checkId("run id", id);
    return new RunHandle<Output>(this.#engine, id as RunId);
  }

  /**
   * Whether this process takes work: enlisted and not draining. A mere client is ready until it is closed.
   *
   * @example app.get("/ready", (_, res) => res.sendStatus(continuum.ready() ? 200 : 503));
   */
  ready(): boolean {
    if (this.#engine.closed()) return false;
    return this.#engine.worker === null || this.#engine.worker.ready;
  }

  /**
   * Stops taking work and hands over what there is: runs are released, activities finish within `timeoutMs` (default
   * 30 000) or are given back without using up an attempt. The client goes on to serve. Idempotent. SIGTERM does it too, unless
   * `worker: { signals: false }`.
   *
   * @example await continuum.drain({ timeoutMs: 10_000 });
   */
  async drain(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    checkOptions("CTM1201", "drain()", options, { timeoutMs: durationMs });
    await this.#engine.worker?.drain(options.timeoutMs ?? DRAIN_MS);
  }

  /** Drains, for a second at most, and lets go of everything. Idempotent. What is awaited then rejects with CTM1213. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#ignoreSigterm();
    await this.#engine.worker?.drain(CLOSE_MS);
    await this.#shutDown();
  }
}
