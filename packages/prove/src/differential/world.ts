/*
 * What programs import besides the effects: the functions by which they show what they do. One world for each run of a program;
 * the same code serves the native side and the interpreter.
 *
 * Invariants:
 *   W1  Nothing here makes a promise or asks for a job.
 *   W2  What these functions give depends on what was shown before alone: equal programs get equal answers.
 */
import { describe } from "./describe.js";

/** A program's `world.js` and `frame.js` as its author sees them; the runs put a {@link World} in the place of the first. */
export const WORLD_SOURCE = `
export interface Numbers { n: number; m: number; q?: number; none?: { [key: number]: (n: number) => number }; [key: string]: any }
export async function step(n: number): Promise<number> { return n; }
export async function other(n: number, m: number): Promise<number> { return n + m; }
export async function calm(): Promise<number> { return 0; }
export declare function note(mark: number | string, ...values: readonly any[]): any;
export declare function beat(name: string): boolean;
export declare function fuel(): boolean;
export declare function add(...values: readonly any[]): number;
export declare function key(n: number): string;
export declare function shown(value: unknown): string;
export declare function raise(error: unknown): never;
export declare function tag(strings: TemplateStringsArray, ...values: readonly unknown[]): number;
`;

/** Compiled like the programs. The two fibers run until nobody else has shown anything for a while. */
export const FRAME_SOURCE = `
import { activity, signal, timer } from "@continuum/runtime/workflow";
import { beat, calm, note } from "./world.js";
export class Declined extends Error {
  override name = "Declined";
  constructor(message: string, options?: ErrorOptions, readonly code = 7) { super(message, options); }
}
export class Broken extends RangeError {}
async function metronome(name: string): Promise<void> {
  while (beat(name)) await undefined;
}
export function metronomes(): void {
  void metronome("a");
  void metronome("b");
}
export function watched(effect: any): any {
  effect.then(metronomes, metronomes);
  return effect;
}
export const pause = (ms: number): Promise<any> => watched(timer(ms));
export const hear = (name: string): Promise<any> => watched(signal(name));
export const lull = (): Promise<any> => watched(activity(calm()));
export async function lateTag(strings: TemplateStringsArray, ...values: readonly any[]): Promise<number> {
  note("late", strings.length, ...values);
  return (await values[0]) + strings.length;
}
`;

/** Beats that a metronome goes on for after the last thing that the program showed. */
const PATIENCE = 8;
const FUEL = 60;
/** Programs show less than this; a wrong scheduler might run for ever. */
const LIMIT = 20_000;

export class World {
  readonly trace: string[] = [];
  /** The program said that it ends here: what others show behind it is no longer part of it. */
  ended = false;
  #fuel = FUEL;
  #notes = 0;
  readonly #patience = new Map<string, { notes: number; left: number }>();

  /** What a program's `world.js` exports, but for the activities. */
  readonly exports: Readonly<Record<string, unknown>> = {
    note: (mark: number | string, ...values: readonly unknown[]) => {
      this.#notes++;
      this.show([mark, ...values.map(describe)].join(" "));
      if (mark === "END") this.ended = true;
      return values.at(-1);
    },
    beat: (name: string) => {
      const known = this.#patience.get(name);
      const left = known === undefined || known.notes !== this.#notes ? PATIENCE : known.left - 1;
      this.#patience.set(name, { notes: this.#notes, left: left === 0 ? PATIENCE : left });
      if (left > 0) this.show(name);
      return left > 0 && this.trace.length < LIMIT;
    },
    fuel: () => this.#fuel-- > 0,
    add: (...values: readonly unknown[]) =>
      values.reduce<number>((sum, value) => (typeof value === "number" ? sum + value : sum), 0) % 1000,
    key: (n: unknown) => (["n", "m", "q"] as const)[typeof n === "number" && n > 0 ? (n % 3) | 0 : 0],
    shown: describe,
    raise: (error: unknown): never => {
      throw error;
    },
    tag: (strings: TemplateStringsArray, ...values: readonly unknown[]) => {
      this.#notes++;
      this.show(`tag ${strings.raw.join("|")} ${values.map(describe).join(" ")}`);
      return strings.length;
    },
  };

  show(entry: string): void {
    if (!this.ended && this.trace.length < LIMIT) this.trace.push(entry);
  }

  /** Rejections that nobody had handled when everything stood still. */
  showUnhandled(kinds: readonly string[]): void {
    if (kinds.length > 0) this.show(`unhandled ${kinds.join(", ")}`);
  }
}
