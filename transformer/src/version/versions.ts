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
import type { TS } from "../compiler/ts.js";
import type { ActivityReference, ProgramModel, WorkflowDefinition } from "../ir/model.js";
import type { Mutations } from "../ir/facts.js";
import type { ReachedSite, WorkflowVersion } from "../ir/version.js";
import { loadOrder } from "./load-order.js";
import { moduleInitialisers } from "./module-initialisers.js";
import { packageRanges } from "./package-ranges.js";
import { resolveReferences } from "./references.js";
import type { Unit } from "./unit.js";
import { rememberUnits } from "./remember-units.js";
import type { WriteUnit } from "./remember-units.js";
import { writeWorkflow } from "./write-unit.js";
import type { WritingContext, WrittenUnit } from "./write-unit.js";
import type { Reach, Token } from "./writing.js";

/** Changes whenever the canonical form does: a note in docs/decisions tells what that costs. */
const FORM = "continuum canonical form 1";

/** The version of every workflow of a program; `readFile` reads package.json files, by default through the compiler. */
export function versionWorkflows(
  view: ProgramView,
  model: ProgramModel,
  mutations: Mutations,
  readFile?: (path: string) => string | undefined,
): ReadonlyMap<WorkflowDefinition, WorkflowVersion> {
  const references = resolveReferences(view, model);
  const context: WritingContext = {
    view,
    references,
    initialisers: moduleInitialisers(mutations, loadOrder(view, model)),
    effects: model.effects,
    unscheduled: unscheduledCalls(model),
  };
  const program: Program = {
    context,
    writeUnit: rememberUnits(context),
    rangeOf: packageRanges(readFile),
    hashes: new Map(),
  };
  return new Map(model.workflows.map((workflow) => [workflow, versionOf(workflow, program)]));
}

/** What the workflows of one program share. */
interface Program {
  readonly context: WritingContext;
  readonly writeUnit: WriteUnit;
  readonly rangeOf: ReturnType<typeof packageRanges>;
  /** Of declarations, each alone. */
  readonly hashes: Map<WrittenUnit, string>;
}

type NumberedUnit = { readonly unit: Unit | null; readonly written: WrittenUnit };

function versionOf(workflow: WorkflowDefinition, program: Program): WorkflowVersion {
  const units = settledUnits(workflow, program);
  const numbers = new Map(units.map(({ unit }, number) => [unit, number]));
  const packages = new Set<string>();
  for (const { written } of units) {
    for (const [specifier, users] of written.packages) {
      for (const user of users) {
        const found = program.rangeOf(specifier, user);
        if (found !== null) packages.add(`${found.name}@${found.range}`);
      }
    }
  }
  const form = [
    FORM,
    ...units.map(({ written }) => textOf(written.tokens, (unit) => String(numbers.get(unit)))),
    `packages ${canonicalJson(Array.from(packages).sort())}`,
  ].join("\n");
  return {
    hash: sha256(form),
    declarations: units.map(({ unit, written }) => ({
      name: unit?.name ?? workflow.name,
      file: unit?.file ?? workflow.file,
      node: unit?.root ?? workflow.call,
      hash: declarationHash(written, program),
    })),
    sites: sitesOf(workflow, units),
  };
}

function declarationHash(written: WrittenUnit, { hashes }: Program): string {
  let hash = hashes.get(written);
  if (hash === undefined)
    hashes.set(written, (hash = sha256(textOf(written.tokens, ({ name }) => canonicalJson(name)))));
  return hash;
}

function textOf(tokens: readonly Token[], nameOf: (unit: Unit) => string): string {
  return tokens
    .map((token) =>
      typeof token === "string"
        ? token
        : `@${nameOf(token.unit)}${token.binding === null ? "" : `.${String(token.binding)}`}`,
    )
    .join(" ");
}

/** All units that a workflow reaches, written once it is settled which members of them can be reached. */
function settledUnits(workflow: WorkflowDefinition, program: Program): readonly NumberedUnit[] {
  const names = new Set<string>();
  const escaped = new Set<Unit>();
  const recognised = new Set(workflow.reaches.map(({ declaration }) => declaration));
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
  { context, writeUnit }: Program,
  reach: Reach,
): readonly NumberedUnit[] {
  const units: NumberedUnit[] = [{ unit: null, written: writeWorkflow(context, reach, workflow) }];
  const known = new Set<Unit>();
  for (let next = 0; next < units.length; next++) {
    for (const token of units[next]!.written.tokens) {
      if (typeof token === "string" || known.has(token.unit)) continue;
      known.add(token.unit);
      units.push({ unit: token.unit, written: writeUnit(reach, token.unit) });
    }
  }
  return units;
}

/** `<workflow>/<number of the unit>.<functions within it>/<kind>:<target>/<ordinal among its equals>` */
function sitesOf(workflow: WorkflowDefinition, units: readonly NumberedUnit[]): readonly ReachedSite[] {
  const equals = new Map<string, number>();
  return units.flatMap(({ written }, number) =>
    written.placed.map(({ effect, place }) => {
      const where = place === "" ? String(number) : `${String(number)}.${place}`;
      const asked = effect.target === null ? effect.kind : `${effect.kind}:${effect.target}`;
      const prefix = `${workflow.name}/${where}/${asked}`;
      const ordinal = equals.get(prefix) ?? 0;
      equals.set(prefix, ordinal + 1);
      return { id: `${prefix}/${String(ordinal)}`, effect };
    }),
  );
}

function unscheduledCalls(model: ProgramModel): ReadonlyMap<TS.Node, ActivityReference> {
  const calls = new Map<TS.Node, ActivityReference>();
  for (const { compensate } of model.effects.values()) {
    if (compensate?.kind === "call") calls.set(compensate.node, compensate.activity);
    if (compensate?.kind === "function")
      for (const [call, activity] of compensate.calls) calls.set(call, activity);
  }
  return calls;
}
