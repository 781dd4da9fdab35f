/*
 * How runs come into this worker's hands: claimed from the journal, started here, or born of a turn of a run that is here.
 *
 * Owns: which of them may be owned here, and their way to being live.
 * Does not own: looking for them (claims), batches of creations (births), trials of suspects (trials).
 *
 * Invariants:
 *   A1  A worker that drains, has stopped or is full owns nothing new from birth on. Those that are not born yet count.
 *   A2  What becomes of a claimed run depends on how many workers have died with it (R41).
 */
import type { AtMs, Seq, WorkerId } from "../core/ids.js";
import { CONVICTED, SUSPECT } from "../journal/port.js";
import type { ClaimedRun, NewRun } from "../journal/port.js";
import type { Definition } from "../versions/version-index.js";
import type { ActivitySlots } from "./activity-slots.js";
import { adoptRun, ownedRun } from "./adopt-run.js";
import { BORN } from "./births.js";
import type { BirthRequest, OwnedBirth } from "./births.js";
import type { OpenTurn } from "./decide-turn.js";
import type { Departures } from "./departures.js";
import type { Errands } from "./errands.js";
import type { LiveRun } from "./live-run.js";
import type { LiveRuns } from "./live-runs.js";
import { ownBirth } from "./own-birth.js";
import { placeActivity } from "./place-activity.js";
import { chainIdOf } from "./run-births.js";
import type { Cradle } from "./run-births.js";
import type { Stepper } from "./stepper.js";
import { conviction } from "./trials.js";
import type { Trials } from "./trials.js";
import type { WalkPorts } from "./walk-history.js";
import type { WorkerPorts } from "./worker-ports.js";

export interface ArrivalPorts extends WorkerPorts, WalkPorts {
  readonly worker: WorkerId;
  readonly live: LiveRuns;
  readonly slots: ActivitySlots;
  readonly stepper: Pick<Stepper, "consider" | "faulted" | "stored">;
  readonly departures: Pick<Departures, "block">;
  readonly errands: Pick<Errands, "adopted">;
  readonly trials: Pick<Trials, "add" | "underWay">;
  draining(): boolean;
  stopped(): boolean;
  lookForRuns(): void;
}

export class Arrivals {
  readonly #ports: ArrivalPorts;
  #unborn = 0;

  constructor(ports: ArrivalPorts) {
    this.#ports = ports;
  }

  /** First turns that are decided and not stored yet. */
  get unborn(): number {
    return this.#unborn;
  }

  claimed(claimed: ClaimedRun): void {
    const { live, trials } = this.#ports;
    if (claimed.deaths >= CONVICTED) this.#convict(claimed);
    else if (claimed.deaths >= SUSPECT) trials.add(claimed);
    else this.adopt(claimed, (run) => live.add(run));
  }

  /** Its code is not touched any more. */
  #convict(claimed: ClaimedRun): void {
    const { live, departures, time } = this.#ports;
    const run = ownedRun(claimed, this.#definitionOf(claimed), time.monotonicMs());
    live.add(run);
    departures.block(run, conviction(claimed));
  }

  /** Walks it, and lets it go on. `add` makes it a live run. */
  adopt(claimed: ClaimedRun, add: (run: LiveRun) => void): LiveRun {
    const { notices, log, departures, errands, stepper } = this.#ports;
    const { run, fault } = this.#take(claimed, add);
    const workflow = run.definition.compiled.manifest.name;
    const { takenFrom, history } = claimed;
    if (takenFrom !== null)
      log.info("a run was taken over from a worker that died", { runId: run.runId, takenFrom });
    notices.say({ kind: "claimed", runId: run.runId, workflow, takenFrom, replayed: history.length });
    notices.events(run, history, true);
    if (fault !== null) {
      departures.block(run, fault);
      return run;
    }
    errands.adopted(run, history);
    stepper.consider(run);
    return run;
  }

  #definitionOf({ runId, version }: ClaimedRun): Definition {
    const definition = this.#ports.versions.find(version);
    if (definition === null) throw new Error(`claimed run ${runId} of a version that this worker has not`);
    return definition;
  }

  #take(claimed: ClaimedRun, add: (run: LiveRun) => void): ReturnType<typeof adoptRun> {
    const { worker, clock, codec, replay, time, randomness, stepper } = this.#ports;
    const adopted = adoptRun(claimed, this.#definitionOf(claimed), {
      worker,
      now: clock.now(),
      nowMs: time.monotonicMs(),
      fraction: () => randomness.fraction(),
      faulted: (faulty, found) => stepper.faulted(faulty, found),
      codec,
      replay,
    });
    add(adopted.run);
    return adopted;
  }

  /** The first turn of a run that starts here (R39); null when it should not be owned here. */
  own(request: BirthRequest, definition: Definition, at: AtMs): OwnedBirth | null {
    const { worker, settings, codec, replay, functions, time, live, slots, stepper } = this.#ports;
    if (this.#ports.stopped() || this.#ports.draining() || this.#ports.trials.underWay) return null;
    if (live.size + this.#unborn >= settings.maxRuns) return null;
    const place = { functions, slots, queues: settings.queues };
    const birth = ownBirth(request, definition, at, {
      worker,
      nowMs: time.monotonicMs(),
      codec,
      replay,
      faulted: (run, fault) => stepper.faulted(run, fault),
      place: (command) => placeActivity(command, place),
      unplace: () => slots.giveBack(),
      cradle: (workflow, births) => this.cradle(workflow, births),
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

  #born(run: LiveRun, open: OpenTurn): void {
    const { slots, live, notices, log, stepper, stopped } = this.#ports;
    const { turn } = open;
    if (stopped()) {
      for (const _ of open.starts) slots.giveBack();
      return;
    }
    run.nextSeq = turn.events.length as Seq;
    run.bytes = open.bytes;
    live.add(run);
    notices.events(run, turn.events, false);
    for (const warning of open.warnings) log.warn(warning, { runId: run.runId });
    // Waiters of a run that is being created cannot have registered yet, hence nobody elsewhere is to be told of its end.
    stepper.stored(run, {
      ...open,
      ...turn,
      awaited: false,
    });
  }

  /** Whether a run that is born now of this worker's own can be its own too. */
  cradle(workflow: string, births: number): Cradle {
    const { worker, versions, settings, live, draining, stopped } = this.#ports;
    const definition = versions.currentOf(workflow);
    const room = settings.maxRuns - live.size - this.#unborn - births;
    const mayOwn = definition !== null && !draining() && !stopped() && room > 0;
    return { definition, owner: mayOwn ? worker : null };
  }

  /** A child or a successor, stored with a turn of `run`: taken up at once, without a claim's round trip. */
  bornOf(run: LiveRun, birth: NewRun): void {
    const { wakeUps, live, notices, departures, stepper, stopped } = this.#ports;
    if (birth.owner === null || birth.version === null) {
      this.#ports.lookForRuns();
      wakeUps.publish([{ kind: "work" }]);
      return;
    }
    if (stopped()) return;
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
    const { run: born, fault } = this.#take(first, (each) => live.add(each));
    born.news = follows && run.news;
    notices.events(born, events, false);
    if (fault !== null) departures.block(born, fault);
    else stepper.consider(born);
  }
}
