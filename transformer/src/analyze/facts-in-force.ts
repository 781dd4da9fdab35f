/*
 * The facts that the analysis goes by: those of recognition, which leaves out of some units what is no workflow code. What is found out
 * about a unit depends on them.
 */
import { publish } from "../compiler/gather.js";
import type { Memory } from "../compiler/memory.js";
import type { TS } from "../compiler/ts.js";
import type { ReachedUnit, UnitFacts } from "../ir/facts.js";

/** The facts of a reached unit. */
export type FactsInForce = (unit: TS.Node) => UnitFacts;

export function factsInForce(memory: Memory, reached: readonly ReachedUnit[]): FactsInForce {
  const factsOf = publish(
    memory,
    "facts in force",
    new Map(reached.map(({ facts }) => [facts.declaration, facts])),
    (a, b) => a === b,
  );
  return (unit) => {
    const facts = factsOf(unit);
    if (facts === undefined) throw new Error("CTM9008: the analysis asks for a unit that is not reached");
    return facts;
  };
}
