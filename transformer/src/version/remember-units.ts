/*
 * A unit is written once for all workflows that see it alike. What it comes out as depends on which members can be reached,
 * but few units ask; so what one asked is kept with the answers, and what was written serves whoever gets the same answers.
 *
 * Invariant: a unit that is remembered leaves the reach as if it had been written again.
 */
import type { TS } from "../compiler/ts.js";
import type { Unit } from "./unit.js";
import type { WorkflowDefinition } from "../ir/model.js";
import { writeUnit, writeWorkflow } from "./write-unit.js";
import { writerOf } from "./writer.js";
import type { Reach, Writing, WritingContext, WrittenUnit } from "./writing.js";

/** A unit as it is written, and what that depends on. */
export interface Remembered {
  readonly written: WrittenUnit;
  /** Was each of these in the reach when it was asked for? */
  readonly asked: {
    readonly recognised: ReadonlyMap<TS.Node, boolean>;
    readonly names: ReadonlyMap<string, boolean>;
    readonly escaped: ReadonlyMap<Unit, boolean>;
    readonly everything: boolean | null;
  };
  readonly added: {
    readonly names: ReadonlySet<string>;
    readonly escaped: ReadonlySet<Unit>;
    readonly everything: boolean;
  };
}

/** Seldom more than two; what an edit left behind is not kept for ever. */
const MOST_VARIANTS = 16;

export interface Writers {
  unit(reach: Reach, unit: Unit): Remembered;
  workflow(reach: Reach, workflow: WorkflowDefinition): Remembered;
}

/** One of the ways in which a unit, or a workflow by its call, is seen. */
interface Variant {
  readonly of: Unit | TS.Node;
}

/** Writes units and workflows, each as often as it differs, and again after an edit that concerns it. */
export function rememberUnits(context: WritingContext): Writers {
  const { memory } = context.view;
  const variantsOf = memory.slot("variants of units", () => new WeakMap<Unit | TS.Node, Variant[]>());
  const write = writerOf(context);
  let wanted!: { readonly reach: Reach; readonly parts: (w: Writing) => void };
  const remember = memory.keep("written units", (_: Variant) => {
    const { reach, parts } = wanted;
    return writeAsking(reach, (seen) => write(seen, parts));
  });
  const find = (of: Unit | TS.Node, reach: Reach, parts: (w: Writing) => void): Remembered => {
    wanted = { reach, parts };
    let variants = variantsOf.get(of);
    if (variants === undefined) variantsOf.set(of, (variants = []));
    for (const variant of variants) {
      const remembered = remember(variant);
      if (answersAgree(remembered, reach)) return remembered;
    }
    const variant: Variant = { of };
    variants.push(variant);
    if (variants.length > MOST_VARIANTS) variants.shift();
    return remember(variant);
  };
  const written = (of: Unit | TS.Node, reach: Reach, parts: (w: Writing) => void): Remembered => {
    const found = find(of, reach, parts);
    const { names, escaped, everything } = found.added;
    for (const name of names) reach.names.add(name);
    for (const unit of escaped) reach.escaped.add(unit);
    if (everything) reach.everything = true;
    return found;
  };
  return {
    unit: (reach, unit) => written(unit, reach, (w) => writeUnit(w, unit)),
    workflow: (reach, workflow) => written(workflow.call, reach, (w) => writeWorkflow(w, workflow)),
  };
}

/** Would it be written alike with what is in the reach now? */
export function answersAgree({ asked }: Remembered, reach: Reach): boolean {
  if (asked.everything !== null && asked.everything !== reach.everything) return false;
  for (const [node, answer] of asked.recognised) if (reach.recognised.has(node) !== answer) return false;
  for (const [name, answer] of asked.names) if (reach.names.has(name) !== answer) return false;
  for (const [unit, answer] of asked.escaped) if (reach.escaped.has(unit) !== answer) return false;
  return true;
}

/** Writes over a reach that notes what it is asked and given, and changes nothing. */
function writeAsking(reach: Reach, write: (reach: Reach) => WrittenUnit): Remembered {
  const recognised = new Map<TS.Node, boolean>();
  const names = noting(reach.names);
  const escaped = noting(reach.escaped);
  let askedEverything: boolean | null = null;
  let everything = false;
  const written = write({
    recognised: { has: (node) => answered(recognised, node, reach.recognised.has(node)) },
    names,
    escaped,
    get everything() {
      if (everything) return true;
      return (askedEverything = reach.everything);
    },
    set everything(value) {
      everything = value;
    },
  });
  return {
    written,
    asked: { recognised, names: names.asked, escaped: escaped.asked, everything: askedEverything },
    added: { names: names.added, escaped: escaped.added, everything },
  };
}

interface Noting<T> {
  readonly asked: ReadonlyMap<T, boolean>;
  readonly added: ReadonlySet<T>;
  has(value: T): boolean;
  add(value: T): void;
}

function noting<T>(base: { has(value: T): boolean }): Noting<T> {
  const asked = new Map<T, boolean>();
  const added = new Set<T>();
  return {
    asked,
    added,
    has: (value) => added.has(value) || answered(asked, value, base.has(value)),
    add: (value) => void added.add(value),
  };
}

function answered<T>(asked: Map<T, boolean>, value: T, answer: boolean): boolean {
  asked.set(value, answer);
  return answer;
}
