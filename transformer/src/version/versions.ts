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
import { canonicalJson, sha256 } from "@continuum/contract";
import type { ProgramView } from "../compiler/program-view.js";
import { publish } from "../compiler/gather.js";
import type { Memory } from "../compiler/memory.js";
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
import { rememberUnits } from "./remember-units.js";
import type { Writers } from "./remember-units.js";
import type { WritingContext, WrittenUnit } from "./write-unit.js";
import type { Reach, Token } from "./writing.js";

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
    (call: TS.Node): readonly NumberedUnit[] => {
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

type NumberedUnit = { readonly unit: Unit | null; readonly written: WrittenUnit };

function versionOf(
  workflow: WorkflowDefinition,
  units: readonly NumberedUnit[],
  program: Program,
): WorkflowVersion {
  const parts = new Set<string>();
  const packages = new Map<string, PackageVersion>();
  for (const { written } of units) {
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

const declarationsOfUnits = new WeakMap<readonly NumberedUnit[], WorkflowVersion["declarations"]>();

function declarationsOf(
  workflow: WorkflowDefinition,
  units: readonly NumberedUnit[],
): WorkflowVersion["declarations"] {
  let found = declarationsOfUnits.get(units);
  if (found === undefined) {
    const numbers = new Map(units.map(({ unit }, number) => [unit, number]));
    const areNamesRead = units.some(({ written }) => written.readsFunctionNames);
    found = units.map(({ unit, written }) => ({
      name: unit?.name ?? workflow.name,
      file: unit?.file ?? workflow.file,
      node: unit?.root ?? workflow.call,
      hash: declarationHash(written),
      form: formOf(written).hash,
      references: formOf(written).references.map((each) => numbers.get(each)!),
      functionNames: areNamesRead ? written.functionNames : null,
      constants: written.constants,
    }));
    declarationsOfUnits.set(units, found);
  }
  return found;
}

/** Hashing takes a while, and most edits leave most workflows as they are. */
const workflowHashes = new WeakMap<
  readonly NumberedUnit[],
  { readonly packages: string; readonly hash: string }
>();
const declarationHashes = new WeakMap<WrittenUnit, string>();

/**
 * Of each unit the hash of its own form, and the numbers that the units have which it refers to. Units of which most workflows have
 * many in common are hashed once.
 */
function hashOf(units: readonly NumberedUnit[], packages: string): string {
  const known = workflowHashes.get(units);
  if (known?.packages === packages) return known.hash;
  const numbers = new Map(units.map(({ unit }, number) => [unit, number]));
  const form = [
    FORM,
    ...units.map(({ written }) => {
      const { hash, references } = formOf(written);
      return [hash, ...references.map((unit) => String(numbers.get(unit)))].join(" ");
    }),
    ...namesThatAreRead(units),
    packages,
  ].join("\n");
  const hash = sha256(form);
  workflowHashes.set(units, { packages, hash });
  return hash;
}

/** What functions are called says nothing, unless some function is asked for its name. */
function namesThatAreRead(units: readonly NumberedUnit[]): readonly string[] {
  if (!units.some(({ written }) => written.readsFunctionNames)) return [];
  return [`names ${canonicalJson(units.map(({ written }) => written.functionNames))}`];
}

function declarationHash(written: WrittenUnit): string {
  let hash = declarationHashes.get(written);
  if (hash === undefined) {
    const form = formOf(written);
    hash = sha256(`${form.hash} ${canonicalJson(form.references.map(({ name }) => name))}`);
    declarationHashes.set(written, hash);
  }
  return hash;
}

/** A unit's text, with its references to others numbered from 0 in the order in which they come first; and those others. */
interface UnitForm {
  readonly hash: string;
  readonly references: readonly Unit[];
}

const unitForms = new WeakMap<WrittenUnit, UnitForm>();

function formOf(written: WrittenUnit): UnitForm {
  let form = unitForms.get(written);
  if (form === undefined) {
    const numbers = new Map<Unit, number>();
    const numberOf = (unit: Unit): string => {
      const number = numbers.get(unit) ?? numbers.size;
      numbers.set(unit, number);
      return String(number);
    };
    const hash = sha256(textOf(written.tokens, numberOf));
    unitForms.set(written, (form = { hash, references: Array.from(numbers.keys()) }));
  }
  return form;
}

function textOf(tokens: readonly Token[], numberOf: (unit: Unit) => string): string {
  return tokens
    .map((token) =>
      typeof token === "string"
        ? token
        : `@${numberOf(token.unit)}${token.binding === null ? "" : `.${String(token.binding)}`}`,
    )
    .join(" ");
}

/** All units that a workflow reaches, written once it is settled which members of them can be reached. */
function settledUnits(
  workflow: WorkflowDefinition,
  recognised: ReadonlySet<TS.Node>,
  program: Program,
): readonly NumberedUnit[] {
  const names = new Set<string>();
  const escaped = new Set<Unit>();
  const reach: Reach = { recognised, names, everything: false, escaped };
  const size = (): number => names.size + escaped.size + (reach.everything ? 1 : 0);
  for (;;) {
    const before = size();
    const units = reachedUnits(workflow, program, reach);
    if (size() === before) return units;
  }
}

function reachedUnits(
  workflow: WorkflowDefinition,
  { context, write }: Program,
  reach: Reach,
): readonly NumberedUnit[] {
  const units: NumberedUnit[] = [{ unit: null, written: write.workflow(reach, workflow) }];
  const known = new Set<Unit>();
  const add = (unit: Unit): void => {
    if (known.has(unit)) return;
    known.add(unit);
    units.push({ unit, written: write.unit(reach, unit) });
  };
  for (let next = 0; next < units.length; next++) {
    const { tokens, packages } = units[next]!.written;
    for (const token of tokens) if (typeof token !== "string") add(token.unit);
    for (const specifier of packages.keys())
      for (const statement of context.settings(specifier)) add(context.references.unitOf(statement));
  }
  return units;
}

const workflowSites = new WeakMap<
  readonly NumberedUnit[],
  { readonly name: string; readonly sites: readonly ReachedSite[] }
>();

function sitesOf({ name }: WorkflowDefinition, units: readonly NumberedUnit[]): readonly ReachedSite[] {
  let known = workflowSites.get(units);
  if (known?.name !== name) workflowSites.set(units, (known = { name, sites: sitesIn(name, units) }));
  return known.sites;
}

/** `<workflow>/<number of the unit>.<functions within it>/<kind>:<target>/<ordinal among its equals>` */
function sitesIn(workflow: string, units: readonly NumberedUnit[]): readonly ReachedSite[] {
  const equals = new Map<string, number>();
  const sites: ReachedSite[] = [];
  for (const [number, { written }] of units.entries()) {
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
  const byFile = new Map<
    TS.SourceFile,
    (readonly [call: TS.Node, found: EffectCall | ActivityReference])[]
  >();
  const unscheduled = new Map<TS.Node, ActivityReference>();
  const note = (call: TS.Node, found: EffectCall | ActivityReference): void => {
    const file = call.getSourceFile();
    const known = byFile.get(file);
    if (known === undefined) byFile.set(file, [[call, found]]);
    else known.push([call, found]);
  };
  const noteUnscheduled = (call: TS.Node, activity: ActivityReference): void => {
    unscheduled.set(call, activity);
    note(call, activity);
  };
  for (const [call, effect] of model.effects) {
    note(call, effect);
    if (effect.compensate?.kind === "call")
      noteUnscheduled(effect.compensate.node, effect.compensate.activity);
    if (effect.compensate?.kind === "function")
      effect.compensate.calls.forEach((activity, at) => noteUnscheduled(at, activity));
  }
  const look = publish(
    memory,
    "effects by file",
    byFile,
    (a, b) => a.length === b.length && a.every(([call, found], i) => b[i]?.[0] === call && b[i][1] === found),
  );
  return {
    effects: {
      get(call) {
        look(call.getSourceFile());
        return model.effects.get(call);
      },
    },
    unscheduled: {
      get(call) {
        look(call.getSourceFile());
        return unscheduled.get(call);
      },
    },
  };
}
