import type { ActivitySlots } from "./activity-slots.js";
import type { Arrivals } from "./arrivals.js";
import type { Bodies } from "./bodies.js";
import type { Claims } from "./claims.js";
import type { CommitPipeline } from "./commit-pipeline.js";
import { pause } from "./insist.js";
import type { LiveRuns } from "./live-runs.js";
import type { Cancel, Ports } from "./ports.js";
import type { Rounds } from "./rounds.js";
import type { TaskRunner } from "./task-runner.js";
import type { Trials } from "./trials.js";

/** Of a worker that is told to hand over what it has. */
export interface DrainPorts extends Pick<Ports, "time"> {
  readonly live: LiveRuns;
  readonly slots: ActivitySlots;
  readonly bodies: Bodies;
  readonly claims: Claims;
  readonly trials: Trials;
  readonly arrivals: Pick<Arrivals, "unborn">;
  readonly tasks: TaskRunner;
  readonly pipeline: Pick<CommitPipeline, "whenIdle">;
  readonly rounds: Pick<Rounds, "releaseParked">;
  stopped(): boolean;
}

const LOOK_MS = 5;

/**
 * Hands everything over: no claims of any sort, runs released as soon as they park, bodies finished or, at the deadline,
 * their rows given back unburned (R42).
 */
export async function drain(ports: DrainPorts, timeoutMs: number): Promise<void> {
  const { time, live, slots, bodies, claims, trials, arrivals, tasks, pipeline, rounds, stopped } = ports;
  trials.close();
  claims.close();
  slots.close();
  let overdue = false;
  let forgetDeadline: Cancel = () => undefined;
  const deadline = new Promise<void>((resolve) => {
    forgetDeadline = time.after(timeoutMs, () => {
      overdue = true;
      resolve();
    });
  });
  await claims.whenIdle();
  await Promise.race([deadline, trials.whenIdle()]);
  for (const task of claims.takeUnstarted()) tasks.giveBack(task);
  await Promise.race([deadline, tasks.whenBegun()]);
  while (!stopped() && live.size + arrivals.unborn > 0 && !overdue) {
    await rounds.releaseParked(0);
    if (live.size + arrivals.unborn > 0)
      await Promise.race([deadline, pipeline.whenIdle().then(() => pause(ports, LOOK_MS))]);
  }
  await Promise.race([deadline, bodies.whenIdle()]);
  forgetDeadline();
  for (const body of bodies.running) {
    if (body.covered === "row") tasks.giveBack(body);
    bodies.drop(body, "the worker is drained");
  }
  await tasks.whenIdle();
}

/** Resolves when nothing is under way that was begun before everybody was told to hold still (see trials.ts). */
export async function whenStill(
  ports: Pick<DrainPorts, "time" | "claims" | "tasks" | "arrivals" | "pipeline" | "stopped">,
): Promise<void> {
  const { claims, tasks, arrivals, pipeline, stopped } = ports;
  await claims.whenIdle();
  await tasks.whenBegun();
  while (arrivals.unborn > 0 && !stopped()) await pause(ports, LOOK_MS);
  await pipeline.whenIdle();
}
