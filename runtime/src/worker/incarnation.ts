/*
 * One life of a worker under one identity: from the row that enlists it to its drain, or to the loss of its lease. After a
 * loss the process goes on with a new one; nothing of the old one writes again.
 *
 * Owns: the parts and how they are joined.
 * Does not own: each part's business.
 */
import { replay } from "../core/replay.js";
import type { AtMs, RunId, WorkerId } from "../core/ids.js";
import type { Definition } from "../versions/version-index.js";
import { ActivitySlots } from "./activity-slots.js";
import { Arrivals } from "./arrivals.js";
import type { BirthRequest, OwnedBirth } from "./births.js";
import { Bodies } from "./bodies.js";
import type { Body } from "./bodies.js";
import { Claims } from "./claims.js";
import { CommitPipeline } from "./commit-pipeline.js";
import { Departures } from "./departures.js";
import { drain, whenStill } from "./drain.js";
import type { DrainPorts } from "./drain.js";
import { DueTimes } from "./due-times.js";
import { Errands } from "./errands.js";
import { Heartbeats } from "./heartbeats.js";
import { InboxReader } from "./inbox.js";
import { takeOutcome } from "./inline-outcome.js";
import type { LiveRun } from "./live-run.js";
import { LiveRuns } from "./live-runs.js";
import type { AttemptEnd } from "./run-attempt.js";
import { Rounds } from "./rounds.js";
import { RowBodies } from "./row-bodies.js";
import { RunLog } from "./run-log.js";
import { Stepper } from "./stepper.js";
import { TaskRunner } from "./task-runner.js";
import { tellOfEnd, tellOfTurn } from "./tell-of-turns.js";
import { Trials } from "./trials.js";
import type { WorkerPorts } from "./worker-ports.js";

const TURN_EVENTS = 500;
const BATCH_TURNS = 200;
const BATCH_BYTES = 256 * 1024;

export class Incarnation {
  readonly id: WorkerId;
  readonly #ports: WorkerPorts;
  readonly #live = new LiveRuns();
  readonly #slots: ActivitySlots;
  readonly #bodies: Bodies;
  readonly #dueTimes: DueTimes<LiveRun>;
  readonly #pipeline: CommitPipeline;
  readonly #stepper: Stepper;
  readonly #inbox: InboxReader;
  readonly #departures: Departures;
  readonly #claims: Claims;
  readonly #trials: Trials;
  readonly #arrivals: Arrivals;
  readonly #tasks: TaskRunner;
  readonly #rowBodies: RowBodies;
  readonly #heartbeats: Heartbeats;
  readonly #errands: Errands;
  readonly #rounds: Rounds;
  #draining = false;
  #stopped = false;

  constructor(id: WorkerId, ports: WorkerPorts) {
    this.id = id;
    this.#ports = ports;
    const { journal, wakeUps, clock, settings, codec, versions, time } = ports;
    const shared = {
      ...ports,
      worker: id,
      replay,
      live: this.#live,
      queues: settings.queues,
      stopped: () => this.#stopped,
      draining: () => this.#draining,
    };
    this.#slots = new ActivitySlots(settings.concurrency);
    this.#bodies = new Bodies({
      time,
      codec,
      slots: this.#slots,
      ended: (body, end) => this.#bodyEnded(body, end),
      beat: (body, details) => this.#heartbeats.beat(body, details),
      covered: (body) => this.#heartbeats.flush(body),
      slotFreed: () => this.#claims.slotFreed(),
    });
    this.#dueTimes = new DueTimes(time, clock, (run) => this.#stepper.consider(run));
    const joined = { ...shared, slots: this.#slots, bodies: this.#bodies, dueTimes: this.#dueTimes };
    const consider = (run: LiveRun): void => this.#stepper.consider(run);
    const lose = (run: LiveRun, why: string): void => this.#stepper.lose(run, why);
    this.#pipeline = new CommitPipeline({
      ...shared,
      commit: (turns) => journal.commit(turns),
      decideNext: () => this.#stepper.decideNext(),
      settle: (open, verdict) => this.#stepper.settle(open, verdict),
      heard: (at) => clock.heard(at),
      maxTurns: BATCH_TURNS,
      maxBytes: BATCH_BYTES,
    });
    this.#heartbeats = new Heartbeats({ ...joined, wantRow: (body) => this.#wantRow(body) });
    this.#errands = new Errands({
      ...shared,
      consider,
      endedAtOnce: (runId) => {
        wakeUps.publish([{ kind: "end", runId }]);
        ports.carryOn.ask(true);
      },
    });
    const telling = { ...shared, errands: this.#errands, runLog: new RunLog(ports.workflowLog, codec) };
    this.#stepper = new Stepper({
      ...joined,
      maxEvents: TURN_EVENTS,
      maxBytes: BATCH_BYTES,
      kick: () => this.#pipeline.kick(),
      readInbox: (run) => this.#inbox.read(run),
      block: (run, fault) => this.#departures.block(run, fault),
      rowsStored: (dueAt) => this.#rounds.rowsStored(dueAt),
      cradle: (workflow, births) => this.#arrivals.cradle(workflow, births),
      acted: (run, what) => tellOfTurn(run, what, telling),
      bornOf: (run, birth) => this.#arrivals.bornOf(run, birth),
      ended: (run, end, awaited) => tellOfEnd(run, end, awaited, telling),
      continued: (run, successor) => ports.continued(run.runId, run.chainId, successor.owner !== null),
    });
    this.#inbox = new InboxReader({ ...shared, consider, lose });
    this.#departures = new Departures({
      ...joined,
      consider,
      lose,
      left: (_run, dueAt) => this.#rounds.left(dueAt),
    });
    this.#tasks = new TaskRunner({
      ...joined,
      heartbeats: this.#heartbeats,
      giveSlotBack: () => {
        this.#slots.giveBack();
        this.#claims.slotFreed();
      },
      news: (runId) => this.#inbox.hint(runId),
      lookForRuns: () => this.#claims.lookForRuns(),
      retryIn: (delayMs) => this.#rounds.rowsStored((clock.now() + delayMs) as AtMs),
    });
    this.#rowBodies = new RowBodies({ ...joined, heartbeats: this.#heartbeats });
    this.#claims = new Claims({
      ...joined,
      versions,
      room: () => (this.#trials.underWay ? 0 : settings.maxRuns - this.#live.size),
      adopt: (claimed) => this.#arrivals.claimed(claimed),
      startTask: (task) => this.#tasks.start(task),
    });
    this.#trials = new Trials({
      ...joined,
      whenStill: () => whenStill(this.#handOver()),
      adopt: (suspect) => this.#arrivals.adopt(suspect, (run) => this.#live.addAlone(run)),
      over: () => {
        this.#pipeline.kick();
        this.#rounds.lookForAll();
      },
    });
    this.#arrivals = new Arrivals({
      ...joined,
      stepper: this.#stepper,
      departures: this.#departures,
      errands: this.#errands,
      trials: this.#trials,
      lookForRuns: () => this.#claims.lookForRuns(),
    });
    this.#rounds = new Rounds({
      ...joined,
      claims: this.#claims,
      inbox: this.#inbox,
      rowBodies: this.#rowBodies,
      departures: this.#departures,
    });
  }

  /** Begins to look for work. */
  begin(): void {
    this.#rounds.begin();
  }

  /** The first turn of a run that starts here (R39); null when it should not be owned here. */
  own(request: BirthRequest, definition: Definition, at: AtMs): OwnedBirth | null {
    return this.#arrivals.own(request, definition, at);
  }

  /** Hands everything over (R42). */
  drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    return drain(this.#handOver(), timeoutMs);
  }

  #handOver(): DrainPorts {
    return {
      time: this.#ports.time,
      live: this.#live,
      slots: this.#slots,
      bodies: this.#bodies,
      claims: this.#claims,
      trials: this.#trials,
      arrivals: this.#arrivals,
      tasks: this.#tasks,
      pipeline: this.#pipeline,
      rounds: this.#rounds,
      stopped: () => this.#stopped,
    };
  }

  /** Nothing of this incarnation acts any more. Bodies that run are told by their signal. */
  stop(why: string): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#claims.close();
    this.#pipeline.stop();
    this.#dueTimes.clear();
    this.#rounds.stop();
    for (const run of [...this.#live.all()]) this.#live.forget(run);
    for (const body of this.#bodies.running) this.#bodies.drop(body, why);
  }

  owns(runId: RunId): boolean {
    return this.#live.find(runId) !== null;
  }

  /** Tells this worker of news for a run without a detour through the database's notifications. */
  news(runId: RunId): void {
    if (!this.#stopped) this.#inbox.hint(runId);
  }

  /** Something can be claimed. */
  look(): void {
    if (!this.#stopped) this.#rounds.lookForAll();
  }

  #wantRow(body: Body): void {
    const run = this.#live.get(body.runId);
    if (run === null || !run.open.has(body.command) || run.moves.includes(body)) return;
    run.moves.push(body);
    this.#stepper.consider(run);
  }

  #bodyEnded(body: Body, end: AttemptEnd): void {
    if (this.#stopped) return;
    if (body.covered === "row") {
      this.#tasks.ended(body, end);
      return;
    }
    const run = this.#live.get(body.runId);
    if (run === null) return;
    if (end.kind === "failed" && run.moves.includes(body)) return; // Its row comes first: it keeps the details.
    run.moves = run.moves.filter((each) => each !== body);
    this.#heartbeats.forget(body);
    const { clock, randomness, notices } = this.#ports;
    const facts = { worker: this.id, now: clock.now(), fraction: randomness.fraction() };
    const outcome = takeOutcome(run, body, end, facts);
    notices.say({
      kind: "attempt_ended",
      runId: run.runId,
      activity: body.activity,
      attempt: body.attempt,
      outcome,
    });
    this.#stepper.consider(run);
  }
}
