/*
 * Workers that die and are replaced: so many at work, and one that has loaded everything and waits.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Randomness } from "../../differential/randomness.js";
import { READY } from "../orders.js";
import type { ChaosOrders } from "./chaos-process.js";

const script = fileURLToPath(new URL("./chaos-process.js", import.meta.url));

export class Crew {
  readonly #flows: string;
  readonly #size: number;
  readonly #ordersOf: (life: number) => ChaosOrders;
  readonly #atWork = new Set<ChildProcess>();
  readonly #ready = new Set<ChildProcess>();
  #spare: ChildProcess;
  #lives = 0;
  #started: (ordinal: number) => void = () => undefined;
  #over = false;

  /** @param ordersOf orders of a process by its number, from 1. */
  constructor(flows: string, size: number, ordersOf: (life: number) => ChaosOrders) {
    this.#flows = flows;
    this.#size = size;
    this.#ordersOf = ordersOf;
    this.#spare = this.#spawn();
    while (this.#atWork.size < size) this.#enlist();
  }

  /** Told of each acknowledged start. */
  onStarted(told: (ordinal: number) => void): void {
    this.#started = told;
  }

  /** Resolves when all are connected. */
  async full(): Promise<void> {
    while (this.#ready.size < this.#size) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** One that is connected; null when too few are: then there is nothing to disturb. */
  pick(random: Randomness): ChildProcess | null {
    const ready = [...this.#ready];
    return ready.length < 2 ? null : random.pick(ready);
  }

  /** All that are at work, at once. */
  killAll(): void {
    for (const child of [...this.#atWork]) child.kill("SIGKILL");
  }

  /** No more starts. */
  quiet(): void {
    for (const child of this.#atWork) child.stdin?.write("quiet\n");
    this.#over = true;
  }

  async end(): Promise<void> {
    this.#over = true;
    const all = [...this.#atWork, this.#spare];
    this.#atWork.clear();
    await Promise.all(
      all.map((child) => {
        if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
        const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
        child.kill("SIGKILL");
        return ended;
      }),
    );
  }

  #enlist(): void {
    const child = this.#spare;
    this.#spare = this.#spawn();
    this.#atWork.add(child);
    child.stdin?.write(`${JSON.stringify(this.#ordersOf(++this.#lives))}\n`);
    if (this.#over) child.stdin?.write("quiet\n");
  }

  #spawn(): ChildProcess {
    const child = spawn(process.execPath, [script, this.#flows], { stdio: ["pipe", "pipe", "ignore"] });
    let rest = "";
    child.stdout?.on("data", (text: Buffer) => {
      const lines = (rest + text.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line === READY) this.#ready.add(child);
        else if (line.startsWith("started ")) this.#started(Number(line.slice(8)));
      }
    });
    child.stdin?.on("error", () => undefined); // It was killed.
    child.once("close", () => {
      this.#ready.delete(child);
      if (this.#atWork.delete(child)) this.#enlist();
    });
    return child;
  }
}
