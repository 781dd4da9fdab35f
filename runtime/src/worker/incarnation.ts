/*
 * One life of a worker under one identity: from the row that enlists it to its drain, or to the loss of its lease. After a
 * loss the process goes on with a new one; nothing of the old one writes again.
 *
 * Owns: the parts and how they are joined; the periodic looks.
 * Does not own: each part's business.
 */
import { replay } from "../core/replay.js";
import type { AtMs, ChainId, RunId, Seq, WorkerId } from "../core/ids.js";
import { CONVICTED, SUSPECT } from "../journal/port.js";
import type { ChainEnd, ClaimedRun, Journal, NewRun } from "../journal/port.js";
import type { JournalReader } from "../journal/reader.js";
import type { Logger } from "../telemetry/logger.js";
import type { Hint, WakeUps } from "../journal/wake-ups.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import type { Definition, VersionIndex } from "../versions/version-index.js";
import type { ActivityFunctions } from "./activity-functions.js";
import { ActivitySlots } from "./activity-slots.js";
import { adoptRun, ownedRun } from "./adopt-run.js";
import { BORN } from "./births.js";
import type { BirthRequest, OwnedBirth } from "./births.js";
import { Bodies } from "./bodies.js";
import type { Body } from "./bodies.js";
import type { CarryOn } from "./carry-on.js";
import { Claims } from "./claims.js";
import { CommitPipeline } from "./commit-pipeline.js";
import type { DatabaseClock } from "./database-clock.js";
import type { OpenTurn } from "./decide-turn.js";
import { Departures } from "./departures.js";
import { DueTimes } from "./due-times.js";
import { Errands } from "./errands.js";
import { Heartbeats } from "./heartbeats.js";
import { InboxReader } from "./inbox.js";
import { giveMemoryBack } from "./give-memory-back.js";
import { takeOutcome } from "./inline-outcome.js";
import { owned } from "./insist.js";
import { isParked } from "./is-parked.js";
import type { LiveRun } from "./live-run.js";
import { LiveRuns } from "./live-runs.js";
import type { Notices } from "./notices.js";
import { ownBirth } from "./own-birth.js";
import { placeActivity } from "./place-activity.js";
import type { Cancel, Ports } from "./ports.js";
import type { AttemptEnd } from "./run-attempt.js";
import { RowBodies } from "./row-bodies.js";
import { chainIdOf } from "./run-births.js";
import type { Cradle } from "./run-births.js";
import { RunLog } from "./run-log.js";
import { Stepper } from "./stepper.js";
import type { Stored } from "./stepper.js";
import { TaskRunner } from "./task-runner.js";
import { conviction, Trials } from "./trials.js";
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

const TURN_EVENTS = 500;
const BATCH_TURNS = 200;
const BATCH_BYTES = 256 * 1024;
const RELEASES = 500;
const DRAIN_LOOK_MS = 5;
/** The estimate of the database's clock is a whole number, and lags by part of a round trip that is not always the same. */
const LOOK_MARGIN_MS = 3;
/** One in so many polls sweeps for ends that nobody carried on. */
const SWEEP_POLLS = 5;

export class Incarnation {
  readonly id: WorkerId;
  readonly #ports: WorkerPorts;
  readonly #live = new LiveRuns();
  readonly #slots: ActivitySlots;
  readonly #bodies: Bodies;
  readonly #dueTimes: DueTimes<LiveRun>;
  /** When rows and released runs of ours come due: then it pays to look. */
  readonly #looks: DueTimes<symbol>;
  readonly #pipeline: CommitPipeline;
  readonly #stepper: Stepper;
  readonly #inbox: InboxReader;
  readonly #departures: Departures;
  readonly #claims: Claims;
  readonly #trials: Trials;
  readonly #tasks: TaskRunner;
  readonly #rowBodies: RowBodies;
  readonly #heartbeats: Heartbeats;
  readonly #errands: Errands;
  readonly #runLog: RunLog;
  readonly #leaveHints: () => void;
  #cancelPoll: Cancel = () => undefined;
  #polls = 0;
  /** First turns that are decided and not stored yet. */
  #unborn = 0;
  #draining = false;
  #stopped = false;

  constructor(id: WorkerId, ports: WorkerPorts) {
    this.id = id;
    this.#ports = ports;
    const {
      journal,
      reader,
      wakeUps,
      clock,
      settings,
      codec,
      functions,
      versions,
      notices,
      time,
      randomness,
      log,
    } = ports;
    const base = {
      time,
      randomness,
      log,
      worker: id,
      journal,
      clock,
      codec,
      replay,
      functions,
      notices,
      reader,
      wakeUps,
    };
    const shared = { ...base, live: this.#live, queues: settings.queues, stopped: () => this.#stopped };
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
    this.#looks = new DueTimes(time, clock, () => this.#lookForAll());
    const joined = { ...shared, slots: this.#slots, bodies: this.#bodies };
    const consider = (run: LiveRun): void => this.#stepper.consider(run);
    const lose = (run: LiveRun, why: string): void => this.#stepper.lose(run, why);
    this.#pipeline = new CommitPipeline({
      ...base,
      commit: (turns) => journal.commit(turns),
      decideNext: () => this.#stepper.decideNext(),
      settle: (open, verdict) => this.#stepper.settle(open, verdict),
      heard: (at) => clock.heard(at),
      maxTurns: BATCH_TURNS,
      maxBytes: BATCH_BYTES,
    });
    this.#stepper = new Stepper({
      ...joined,
      dueTimes: this.#dueTimes,
      maxEvents: TURN_EVENTS,
      maxBytes: BATCH_BYTES,
      kick: () => this.#pipeline.kick(),
      readInbox: (run) => this.#inbox.read(run),
      block: (run, fault) => this.#departures.block(run, fault),
      rowsStored: (dueAt) => this.#rowsStored(dueAt),
      cradle: (workflow, births) => this.#cradle(workflow, births),
      acted: (run, what) => this.#acted(run, what),
      bornOf: (run, birth) => this.#bornOf(run, birth),
      ended: (run, end, awaited) => this.#ended(run, end, awaited),
      continued: (run, successor) => ports.continued(run.runId, run.chainId, successor.owner !== null),
    });
    this.#inbox = new InboxReader({ ...shared, consider, lose });
    this.#departures = new Departures({
      ...joined,
      consider,
      lose,
      left: (_run, dueAt) => this.#left(dueAt),
    });
    this.#heartbeats = new Heartbeats({ ...joined, wantRow: (body) => this.#wantRow(body) });
    this.#runLog = new RunLog(ports.workflowLog, codec);
    this.#errands = new Errands({
      ...shared,
      consider,
      tell: (runId, owner) => ports.tell(runId, owner),
      endedAtOnce: (runId) => {
        wakeUps.publish([{ kind: "end", runId }]);
        ports.carryOn.ask(true);
      },
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
      retryIn: (delayMs) => this.#rowsStored((clock.now() + delayMs) as AtMs),
    });
    this.#rowBodies = new RowBodies({ ...joined, heartbeats: this.#heartbeats });
    this.#claims = new Claims({
      ...joined,
      versions,
      room: () => (this.#trials.underWay ? 0 : settings.maxRuns - this.#live.size),
      adopt: (claimed) => this.#claimed(claimed),
      startTask: (task) => this.#tasks.start(task),
    });
    this.#trials = new Trials({
      ...joined,
      whenStill: () => this.#whenStill(),
      adopt: (suspect) => this.#adopt(suspect, (run) => this.#live.addAlone(run)),
      over: () => {
        this.#pipeline.kick();
        this.#lookForAll();
      },
    });
    this.#leaveHints = wakeUps.subscribe((hint) => this.#hinted(hint));
  }

  /** Begins to look for work. */
  begin(): void {
    this.#lookForAll();
    this.#armPoll();
  }

  /** The first turn of a run that starts here (R39); null when it should not be owned here. */
  own(request: BirthRequest, definition: Definition, at: AtMs): OwnedBirth | null {
    const { settings, codec, functions, time } = this.#ports;
    if (this.#stopped || this.#draining || this.#trials.underWay) return null;
    if (this.#live.size + this.#unborn >= settings.maxRuns) return null;
    const place = { functions, slots: this.#slots, queues: settings.queues };
    const birth = ownBirth(request, definition, at, {
      worker: this.id,
      nowMs: time.monotonicMs(),
      codec,
      replay,
      faulted: (run, fault) => this.#stepper.faulted(run, fault),
      place: (command) => placeActivity(command, place),
      unplace: () => this.#slots.giveBack(),
      cradle: (workflow, births) => this.#cradle(workflow, births),
      born: (run, open) => this.#born(run, open),
    });
    if (birth === null) return null;
    this.#unborn += 1;
    return {
      run: birth.run,
      settle: (verdict) => {
        this.#unborn -= 1;
        birth.settle(verdict);
      },
    };
  }

  /**
   * Hands everything over: no claims of any sort, runs released as soon as they park, bodies finished or, at the deadline,
   * their rows given back unburned (R42).
   */
  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    this.#trials.close();
    this.#claims.close();
    this.#slots.close();
    const { time } = this.#ports;
    let overdue = false;
    let forgetDeadline: Cancel = () => undefined;
    const deadline = new Promise<void>((resolve) => {
      forgetDeadline = time.after(timeoutMs, () => {
        overdue = true;
        resolve();
      });
    });
    await this.#claims.whenIdle();
    await Promise.race([deadline, this.#trials.whenIdle()]);
    for (const task of this.#claims.takeUnstarted()) this.#tasks.giveBack(task);
    await Promise.race([deadline, this.#tasks.whenBegun()]);
    while (!this.#stopped && this.#live.size + this.#unborn > 0 && !overdue) {
      await this.#releaseParked(0);
      if (this.#live.size + this.#unborn > 0)
        await Promise.race([deadline, this.#pipeline.whenIdle().then(() => this.#turnOfLoop())]);
    }
    await Promise.race([deadline, this.#bodies.whenIdle()]);
    forgetDeadline();
    for (const body of this.#bodies.running) {
      if (body.covered === "row") this.#tasks.giveBack(body);
      this.#bodies.drop(body, "the worker is drained");
    }
    await this.#tasks.whenIdle();
  }

  /** Nothing of this incarnation acts any more. Bodies that run are told by their signal. */
  stop(why: string): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#claims.close();
    this.#pipeline.stop();
    this.#dueTimes.clear();
    this.#looks.clear();
    this.#cancelPoll();
    this.#leaveHints();
    for (const run of [...this.#live.all()]) this.#live.forget(run);
    for (const body of this.#bodies.running) this.#bodies.drop(body, why);
  }

  /** What is to become of it depends on how many workers have died with it (R41). */
  #claimed(claimed: ClaimedRun): void {
    if (claimed.deaths >= CONVICTED) this.#convict(claimed);
    else if (claimed.deaths >= SUSPECT) this.#trials.add(claimed);
    else this.#adopt(claimed, (run) => this.#live.add(run));
  }

  /** Its code is not touched any more. */
  #convict(claimed: ClaimedRun): void {
    const run = ownedRun(claimed, this.#definitionOf(claimed), this.#ports.time.monotonicMs());
    this.#live.add(run);
    this.#departures.block(run, conviction(claimed));
  }

  #adopt(claimed: ClaimedRun, add: (run: LiveRun) => void): LiveRun {
    const { notices, log } = this.#ports;
    const { run, fault } = this.#take(claimed, add);
    const workflow = run.definition.compiled.manifest.name;
    const { takenFrom, history } = claimed;
    if (takenFrom !== null)
      log.info("a run was taken over from a worker that died", { runId: run.runId, takenFrom });
    notices.say({ kind: "claimed", runId: run.runId, workflow, takenFrom, replayed: history.length });
    notices.events(run, history, true);
    if (fault !== null) {
      this.#departures.block(run, fault);
      return run;
    }
    this.#errands.adopted(run, history);
    this.#stepper.consider(run);
    return run;
  }

  #definitionOf({ runId, version }: ClaimedRun): Definition {
    const definition = this.#ports.versions.find(version);
    if (definition === null) throw new Error(`claimed run ${runId} of a version that this worker has not`);
    return definition;
  }

  #take(claimed: ClaimedRun, add: (run: LiveRun) => void): ReturnType<typeof adoptRun> {
    const { clock, codec, time, randomness } = this.#ports;
    const adopted = adoptRun(claimed, this.#definitionOf(claimed), {
      worker: this.id,
      now: clock.now(),
      nowMs: time.monotonicMs(),
      fraction: () => randomness.fraction(),
      faulted: (faulty, found) => this.#stepper.faulted(faulty, found),
      codec,
      replay,
    });
    add(adopted.run);
    return adopted;
  }

  /** Whether a run that is born now of this worker's own can be its own too. */
  #cradle(workflow: string, births: number): Cradle {
    const { versions, settings } = this.#ports;
    const definition = versions.currentOf(workflow);
    const room = settings.maxRuns - this.#live.size - this.#unborn - births;
    const mayOwn = definition !== null && !this.#draining && !this.#stopped && room > 0;
    return { definition, owner: mayOwn ? this.id : null };
  }

  /** A child or a successor, stored with a turn of `run`: taken up at once, without a claim's round trip. */
  #bornOf(run: LiveRun, birth: NewRun): void {
    const { wakeUps } = this.#ports;
    if (birth.owner === null || birth.version === null) {
      this.#claims.lookForRuns();
      wakeUps.publish([{ kind: "work" }]);
      return;
    }
    if (this.#stopped) return;
    const { runId, namespace, version, parent, events } = birth;
    const follows = birth.chainId === run.chainId;
    const first: ClaimedRun = {
      runId,
      chainId: chainIdOf(birth),
      namespace,
      version,
      parent,
      token: BORN.token,
      history: events,
      // The mailbox and the mark are the chain's (R30).
      inbox: {
        runId,
        mark: follows ? run.seenMark : BORN.mark,
        status: "live",
        signals: follows ? run.mailbox : [],
        outcomes: [],
        children: [],
        cancel: null,
      },
      rows: [],
      takenFrom: null,
      deaths: 0,
    };
    const { run: born, fault } = this.#take(first, (each) => this.#live.add(each));
    born.news = follows && run.news;
    this.#ports.notices.events(born, events, false);
    if (fault !== null) this.#departures.block(born, fault);
    else this.#stepper.consider(born);
  }

  #acted(run: LiveRun, { events, withdrawn, end }: Stored): void {
    this.#runLog.stored(run, events);
    this.#errands.stored(run, events, withdrawn, end !== null);
    if (end?.sends === true) this.#ports.carryOn.ask(false);
    if (withdrawn.some(({ seq, kind }) => kind === "activity_scheduled" && !run.bodies.has(seq)))
      this.#ports.wakeUps.publish([{ kind: "end", runId: run.runId }]);
  }

  #wantRow(body: Body): void {
    const run = this.#live.get(body.runId);
    if (run === null || !run.open.has(body.command) || run.moves.includes(body)) return;
    run.moves.push(body);
    this.#stepper.consider(run);
  }

  #born(run: LiveRun, open: OpenTurn): void {
    const { turn } = open;
    if (this.#stopped) {
      for (const _ of open.starts) this.#slots.giveBack();
      return;
    }
    run.nextSeq = turn.events.length as Seq;
    run.bytes = open.bytes;
    this.#live.add(run);
    this.#ports.notices.events(run, turn.events, false);
    for (const warning of open.warnings) this.#ports.log.warn(warning, { runId: run.runId });
    // Waiters of a run that is being created cannot have registered yet, hence nobody elsewhere is to be told of its end.
    this.#stepper.stored(run, {
      ...open,
      ...turn,
      awaited: false,
    });
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

  #ended(run: LiveRun, end: ChainEnd, awaited: boolean): void {
    const { runId, chainId, parent, started } = run;
    const { ended, wakeUps, carryOn } = this.#ports;
    ended(chainId, end);
    if (awaited) {
      const first = chainId as string as RunId;
      wakeUps.publish(
        runId === first
          ? [{ kind: "end", runId }]
          : [
              { kind: "end", runId },
              { kind: "end", runId: first },
            ],
      );
    }
    if (parent !== null) carryOn.ask(this.#live.get(parent.runId) === null);
    if (started.size > 0) carryOn.ask(true);
  }

  #hinted(hint: Hint): void {
    if (this.#stopped) return;
    switch (hint.kind) {
      case "run":
        if (hint.worker === this.id) this.#inbox.hint(hint.runId);
        return;
      case "work":
        this.#lookForAll();
        return;
      case "end":
        this.#rowBodies.hint(hint.runId);
        return;
    }
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
    if (!this.#stopped) this.#lookForAll();
  }

  #lookForAll(): void {
    this.#claims.lookForRuns();
    this.#claims.lookForTasks();
  }

  #rowsStored(dueAt: AtMs): void {
    if (dueAt > this.#ports.clock.now()) {
      this.#lookAt(dueAt);
      return;
    }
    // More rows than slots: those that wait are served before new bodies start here.
    if (this.#slots.free <= 0) this.#slots.rowsWaiting = true;
    this.#claims.lookForTasks();
    this.#ports.wakeUps.publish([{ kind: "work" }]);
  }

  /** A little later than what is due: a look that comes a millisecond too soon finds nothing, and the next one is a poll. */
  #lookAt(dueAt: AtMs): void {
    this.#looks.set(Symbol(), dueAt + LOOK_MARGIN_MS);
  }

  /** A run was released: whoever looks when it comes due will find it. */
  #left(dueAt: AtMs | null): void {
    if (this.#draining) this.#ports.wakeUps.publish([{ kind: "work" }]);
    else if (dueAt !== null) this.#lookAt(dueAt);
  }

  #armPoll(): void {
    this.#cancelPoll = this.#ports.time.after(this.#ports.settings.pollMs, () => {
      this.#lookForAll();
      this.#inbox.poll();
      this.#rowBodies.check();
      if (++this.#polls % SWEEP_POLLS === 0) this.#ports.carryOn.ask(false);
      owned(this.#keepHouse(), this.#ports.log, "releasing parked runs");
      this.#armPoll();
    });
  }

  async #keepHouse(): Promise<void> {
    await this.#releaseParked(this.#ports.settings.parkedMs);
    giveMemoryBack(this.#live, this.#ports.settings.maxLiveBytes);
  }

  /** Those that have been parked for as long, all in one statement. A run with a body at work is not parked, but while draining. */
  async #releaseParked(parkedMs: number): Promise<void> {
    const now = this.#ports.time.monotonicMs();
    const parked: LiveRun[] = [];
    for (const run of this.#live.all()) {
      if (parked.length >= RELEASES) break;
      if (!isParked(run) || now - run.usedAtMs < parkedMs) continue;
      if (run.bodies.size === 0 || this.#draining) parked.push(run);
    }
    for (const run of parked) this.#dueTimes.set(run, null);
    await this.#departures.release(parked);
  }

  /** Nothing is under way that was begun before (see trials.ts). */
  async #whenStill(): Promise<void> {
    await this.#claims.whenIdle();
    await this.#tasks.whenBegun();
    while (this.#unborn > 0 && !this.#stopped) await this.#turnOfLoop();
    await this.#pipeline.whenIdle();
  }

  #turnOfLoop(): Promise<void> {
    return new Promise((resolve) => {
      this.#ports.time.after(DRAIN_LOOK_MS, resolve);
    });
  }
}
