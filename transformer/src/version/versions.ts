/*
 * Purpose: the version hash of each workflow, and the lasting names of its sites.
 * Owns: which units a workflow is made of, their order and numbers, the text that is hashed.
 * Does not own: how one unit is written (write-unit.ts), what a name means (references.ts).
 *
 * Invariants
 *  1. Units are numbered in the order in which they are first referred to, from the workflow on. Cycles and twins need no
 *     care: a unit that was numbered is a number from then on, and two equal units have two numbers.
 *  2. Site ids are made of that text's numbers only, so two builds with one hash have the same sites.
 *  3. Nothing here depends on names of files, on line numbers, on the machine or on the version of TypeScript.
 */
import { canonicalJson } from "@continuum/contract";
import type { ProgramView } from "../compiler/program-view.js";
import { publish } from "../compiler/gather.js";
import type { Memory } from "../compiler/memory.js";
import { sha256 } from "../compiler/sha256.js";
import type { TS } from "../compiler/ts.js";
import type { ActivityReference, EffectCall, ProgramModel, WorkflowDefinition } from "../ir/model.js";
import type { Mutations } from "../ir/facts.js";
import type { PackageVersion, ReachedSite, WorkflowVersion } from "../ir/version.js";
import { loadOrder } from "./load-order.js";
import { moduleInitialisers } from "./module-initialisers.js";
import { packageRanges } from "./package-ranges.js";
import { packageSettings } from "./package-settings.js";
import { resolveReferences } from "./references.js";
import type { Unit } from "./unit.js";
import { answersAgree, rememberUnits } from "./remember-units.js";
import type { Remembered, Writers } from "./remember-units.js";
import type { Reach, WritingContext, WrittenUnit } from "./writing.js";

/** Changes whenever the canonical form does: a note in docs/decisions tells what that costs. */
const FORM = "continuum canonical form 1";

/**
 * The version of every workflow of a program; `readFile` reads package.json files, by default through the compiler, and `contentOf`
 * gives a digest of a package that its range does not identify.
 */
export function versionWorkflows(
  view: ProgramView,
  model: ProgramModel,
  mutations: Mutations,
  readFile?: (path: string) => string | undefined,
  contentOf: (specifier: string, fromFile: string, range: string) => string | null = () => null,
): ReadonlyMap<WorkflowDefinition, WorkflowVersion> {
  const { memory } = view;
  const references = resolveReferences(view, model);
  const order = loadOrder(view, model);
  const context: WritingContext = {
    view,
    references,
    initialisers: moduleInitialisers(memory, mutations, order),
    settings: packageSettings(view, references, order),
    ...effectsByFile(memory, model),
  };
  const write = rememberUnits(context);
  const program: Program = { context, write, rangeOf: packageRanges(readFile), contentOf };
  const workflows = new Map<TS.Node, WorkflowDefinition>(model.workflows.map((at) => [at.call, at]));
  const reachesOf = publish(
    memory,
    "declarations of workflows",
    new Map(model.workflows.map(({ call, reaches }) => [call as TS.Node, reaches])),
    (a, b) => a.length === b.length && a.every(({ declaration }, i) => declaration === b[i]?.declaration),
  );
  const unitsOf = memory.keep(
    "units of workflows",
    (call: TS.Node): Units => {
      const reaches = reachesOf(call) ?? [];
      const recognised = new Set(reaches.map(({ declaration }) => declaration));
      return settledUnits(workflows.get(call)!, recognised, program);
    },
    { madeOf: "kept parts" },
  );
  return new Map(
    model.workflows.map((workflow) => [workflow, versionOf(workflow, unitsOf(workflow.call), program)]),
  );
}

/** What the workflows of one program share. */
interface Program {
  readonly context: WritingContext;
  readonly write: Writers;
  readonly rangeOf: ReturnType<typeof packageRanges>;
  readonly contentOf: (specifier: string, fromFile: string, range: string) => string | null;
}

/** What a workflow is made of, in order; `numbers` are places in the list. */
interface Units {
  /** The workflow itself, which is no unit, comes first. */
  readonly all: readonly { readonly unit: Unit | null; readonly written: WrittenUnit }[];
  readonly numbers: ReadonlyMap<Unit, number>;
}

function versionOf(workflow: WorkflowDefinition, units: Units, program: Program): WorkflowVersion {
  const parts = new Set<string>();
  const packages = new Map<string, PackageVersion>();
  for (const { written } of units.all) {
    if (written.packages.size === 0) continue;
    for (const [specifier, users] of written.packages) {
      for (const user of users) {
        const found = program.rangeOf(specifier, user);
        const range = found?.range ?? "";
        // A package that is imported by a path has no range.
        const content = program.contentOf(specifier, user.fileName, range);
        if (found !== null) parts.add(`${found.name}@${range}`);
        if (content !== null) parts.add(`${specifier}=${content}`);
        if (found !== null || content !== null)
          packages.set([specifier, range, content ?? ""].join("\n"), { specifier, range, content });
      }
    }
  }
  return {
    hash: hashOf(units, `packages ${canonicalJson(Array.from(parts).sort())}`),
    // Only who compares versions asks for them.
    get declarations() {
      return declarationsOf(workflow, units);
    },
    packages: Array.from(packages.values()),
    sites: sitesOf(workflow, units),
  };
}

const declarationsOfUnits = new WeakMap<Units, WorkflowVersion["declarations"]>();

function declarationsOf(workflow: WorkflowDefinition, units: Units): WorkflowVersion["declarations"] {
  let found = declarationsOfUnits.get(units);
  if (found === undefined) {
    const areNamesRead = readFunctionNames(units);
    found = units.all.map(({ unit, written }) => ({
      name: unit?.name ?? workflow.name,
      file: unit?.file ?? workflow.file,
      node: unit?.root ?? workflow.call,
      hash: declarationHash(written),
      form: written.form,
      references: written.references.map((each) => units.numbers.get(each)!),
      functionNames: areNamesRead ? written.functionNames : null,
      constants: written.constants,
    }));
    declarationsOfUnits.set(units, found);
  }
  return found;
}

/** Hashing takes a while, and most edits leave most workflows as they are. */
const workflowHashes = new WeakMap<Units, { readonly packages: string; readonly hash: string }>();
const declarationHashes = new WeakMap<WrittenUnit, string>();

/**
 * Of each unit the hash of its own form, and the numbers that the units have which it refers to. Units of which most workflows have
 * many in common are hashed once.
 */
function hashOf(units: Units, packages: string): string {
  const known = workflowHashes.get(units);
  if (known?.packages === packages) return known.hash;
  const form = [
    FORM,
    ...units.all.map(({ written }) => {
      let line = written.form;
      for (const unit of written.references) line += ` ${String(units.numbers.get(unit))}`;
      return line;
    }),
    // What functions are called says nothing, unless some function is asked for its name.
    ...(readFunctionNames(units)
      ? [`names ${JSON.stringify(units.all.map(({ written }) => written.functionNames))}`]
      : []),
    packages,
  ].join("\n");
  const hash = sha256(form);
  workflowHashes.set(units, { packages, hash });
  return hash;
}

function readFunctionNames(units: Units): boolean {
  return units.all.some(({ written }) => written.readsFunctionNames);
}

function declarationHash(written: WrittenUnit): string {
  let hash = declarationHashes.get(written);
  if (hash === undefined) {
    hash = sha256(`${written.form} ${JSON.stringify(written.references.map(({ name }) => name))}`);
    declarationHashes.set(written, hash);
  }
  return hash;
}

/** All units that a workflow reaches, written once it is settled which members of them can be reached. */
function settledUnits(
  workflow: WorkflowDefinition,
  recognised: ReadonlySet<TS.Node>,
  program: Program,
): Units {
  const reach: Reach = { recognised, names: new Set(), everything: false, escaped: new Set() };
  for (;;) {
    const { remembered, numbers } = reachedUnits(workflow, program, reach);
    if (!remembered.every((each) => answersAgree(each, reach))) continue;
    const units = Array.from(numbers.keys());
    return {
      all: remembered.map(({ written }, number) => ({ unit: units[number - 1] ?? null, written })),
      numbers,
    };
  }
}

function reachedUnits(
  workflow: WorkflowDefinition,
  { context, write }: Program,
  reach: Reach,
): { readonly remembered: readonly Remembered[]; readonly numbers: ReadonlyMap<Unit, number> } {
  const remembered: Remembered[] = [write.workflow(reach, workflow)];
  const numbers = new Map<Unit, number>();
  const add = (unit: Unit): void => {
    if (numbers.has(unit)) return;
    numbers.set(unit, remembered.length);
    remembered.push(write.unit(reach, unit));
  };
  for (let next = 0; next < remembered.length; next++) {
    const { references, packages } = remembered[next]!.written;
    for (const unit of references) add(unit);
    if (packages.size === 0) continue;
    for (const specifier of packages.keys())
      for (const statement of context.settings(specifier)) add(context.references.unitOf(statement));
  }
  return { remembered, numbers };
}

const workflowSites = new WeakMap<Units, { readonly name: string; readonly sites: readonly ReachedSite[] }>();

function sitesOf({ name }: WorkflowDefinition, units: Units): readonly ReachedSite[] {
  let known = workflowSites.get(units);
  if (known?.name !== name) workflowSites.set(units, (known = { name, sites: sitesIn(name, units) }));
  return known.sites;
}

/** `<workflow>/<number of the unit>.<functions within it>/<kind>:<target>/<ordinal among its equals>` */
function sitesIn(workflow: string, { all }: Units): readonly ReachedSite[] {
  const equals = new Map<string, number>();
  const sites: ReachedSite[] = [];
  for (let number = 0; number < all.length; number++) {
    const { written } = all[number]!;
    for (const { effect, place } of written.placed) {
      const where = place === "" ? String(number) : `${String(number)}.${place}`;
      const asked = effect.target === null ? effect.kind : `${effect.kind}:${effect.target}`;
      const prefix = `${workflow}/${where}/${asked}`;
      const ordinal = equals.get(prefix) ?? 0;
      equals.set(prefix, ordinal + 1);
      sites.push({ id: `${prefix}/${String(ordinal)}`, effect });
    }
  }
  return sites;
}

/** What recognition found in a file, by call: what is written of a file's code depends on that, and of no other's. */
function effectsByFile(memory: Memory, model: ProgramModel): Pick<WritingContext, "effects" | "unscheduled"> {
  const { effects } = model;
  const unscheduled = unscheduledCalls(model);
  // Nobody will ask what an answer that ends with the program depended on.
  if (!memory.isLasting) return { effects, unscheduled };
  const byFile = new Map<
    TS.SourceFile,
    (readonly [call: TS.Node, found: EffectCall | ActivityReference])[]
  >();
  for (const [call, found] of [...effects, ...unscheduled]) {
    const file = call.getSourceFile();
    const known = byFile.get(file);
    if (known === undefined) byFile.set(file, [[call, found]]);
    else known.push([call, found]);
  }
  const look = publish(
    memory,
    "effects by file",
    byFile,
    (a, b) => a.length === b.length && a.every(([call, found], i) => b[i]?.[0] === call && b[i][1] === found),
  );
  const looking = <V>(calls: ReadonlyMap<TS.CallExpression, V>): Pick<typeof calls, "get"> => ({
    get(call) {
      look(call.getSourceFile());
      return calls.get(call);
    },
  });
  return { effects: looking(effects), unscheduled: looking(unscheduled) };
}

function unscheduledCalls({ effects }: ProgramModel): ReadonlyMap<TS.CallExpression, ActivityReference> {
  const calls = new Map<TS.CallExpression, ActivityReference>();
  for (const { compensate } of effects.values()) {
    if (compensate?.kind === "call") calls.set(compensate.node, compensate.activity);
    if (compensate?.kind === "function")
      compensate.calls.forEach((activity, call) => calls.set(call, activity));
  }
  return calls;
}
