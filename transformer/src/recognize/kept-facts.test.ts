import { describe, expect, it } from "vitest";
import { viewProgram } from "../compiler/program-view.js";
import type { ProgramView } from "../compiler/program-view.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { fixtureProgram } from "../fixtures/program.js";
import type { UnitFacts } from "../ir/facts.js";
import { collectFacts } from "./facts.js";
import { findMutations } from "./mutations.js";
import { reachFrom } from "./reach.js";
import type { ReachedFacts } from "./reach.js";
import { findWorkflows } from "./workflows.js";

const files = new Map([
  [
    "order.ts",
    `import { activity, workflow } from "@continuum/runtime/workflow";
import { charge } from "./charge.js";
import { carts, Clock, Fixed, Order, Paid, type Priced } from "./orders.js";
const isClock = (value: object): value is Clock => "now" in value;
async function total(cart: Priced, or: Order | Paid): Promise<number> {
  return cart.price() + or.now() + carts.price();
}
export const flow = workflow({ version: 1 }, async (id: string) => {
  const order = new Order();
  const fixed = [new Fixed()];
  const clock = id === "" ? new Clock() : (JSON.parse(id) as Clock);
  const literal = { now: () => 2, at: () => 3 };
  const later = <T extends Paid>(value: T): number => value.now();
  await activity(charge(id));
  return [fixed.length, await total(order, new Paid()), Order.at(), literal.at(), isClock(order) ? clock.price() : later(new Paid())];
});`,
  ],
  ["charge.ts", "export async function charge(id: string): Promise<string> { return id; }"],
  [
    "orders.ts",
    `export type Priced = { price(): number };
export class Order {
  price(): number { return 1; }
  now(): number { return 2; }
  static at(): number { return 3; }
  static unasked(): number { return 4; }
}
export class Paid {
  private readonly paid = true;
  now(): number { return this.paid ? 5 : 6; }
  at(): number { return 7; }
}
export class Clock {
  private readonly zone = "utc";
  now(): number { return this.zone.length; }
  price(): number { return 8; }
  at(): number { return 9; }
}
export class Fixed {
  private readonly at = 11;
  now(): number { return this.at; }
}
export const carts = { price: (): number => 10 };`,
  ],
]);

/** Walks from the first workflow; what `kept` has no facts of is looked at with `view`. */
function reachedBy(view: ProgramView, kept: Map<TS.Node, UnitFacts>, look: boolean): readonly ReachedFacts[] {
  const mutations = findMutations(view);
  const factsOf = (unit: TS.Node): UnitFacts => {
    let facts = kept.get(unit);
    if (facts === undefined) {
      if (!look) throw new Error(`${unit.getText()} was not looked at before`);
      kept.set(unit, (facts = collectFacts(view, mutations, unit)));
    }
    return facts;
  };
  const root = findWorkflows(view, () => undefined).roots[0];
  if (root === undefined) throw new Error("the program has no workflow");
  return reachFrom(view, factsOf(root.body), factsOf);
}

/** What in `value` is neither a node nor plain data, by the way there. */
function strangers(value: unknown, way: string, seen: Set<object>): readonly string[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  if ("kind" in value && "pos" in value && "parent" in value) return [];
  if (value instanceof Set || value instanceof Map)
    return [...value].flatMap((each) => strangers(each, `${way}[]`, seen));
  if (Array.isArray(value)) return value.flatMap((each) => strangers(each, `${way}[]`, seen));
  if (Object.getPrototypeOf(value) !== Object.prototype) return [way];
  return Object.entries(value).flatMap(([name, each]) => strangers(each, `${way}.${name}`, seen));
}

function namesOf(reached: readonly ReachedFacts[]): readonly string[] {
  return reached.map(({ facts, path }) =>
    [...path.map((step) => step.from).slice(1), facts.name].join(" > "),
  );
}

describe("facts of units", () => {
  const { program, readFile } = fixtureProgram(files);
  const facts = new Map<TS.Node, UnitFacts>();
  const first = reachedBy(viewProgram(program, { readFile }), facts, true);

  it("hold nodes and plain data, nothing of the checker that was asked", () => {
    expect([...facts.values()].flatMap((each) => strangers(each, each.name, new Set()))).toEqual([]);
    const ways = new Set(
      [...facts.values()]
        .flatMap(({ members }) => members.flatMap((each) => each.receivers ?? []))
        .map(({ by }) => by),
    );
    expect([...ways].sort()).toEqual(["instance", "place", "type", "value"]);
    expect([...facts.values()].flatMap(({ claims }) => claims)).toHaveLength(2);
  });

  it("lead to the same with the checker of the next program", () => {
    const host = ts.createCompilerHost(program.getCompilerOptions());
    const next = ts.createProgram(
      program.getRootFileNames(),
      program.getCompilerOptions(),
      {
        ...host,
        getCurrentDirectory: () => program.getCurrentDirectory(),
        fileExists: (name) => program.getSourceFile(name) !== undefined || host.fileExists(name),
        readFile: (name) => readFile(name) ?? host.readFile(name),
        getSourceFile: (name) => program.getSourceFile(name),
      },
      program,
    );
    expect(next.getTypeChecker()).not.toBe(program.getTypeChecker());
    const second = reachedBy(viewProgram(next, { readFile }), facts, false);
    expect(namesOf(second)).toEqual(namesOf(first));
    expect(namesOf(first)).toContain("total > Order.now");
    expect(namesOf(first).filter((name) => name.startsWith("Fixed"))).toEqual(["Fixed"]);
  });
});
