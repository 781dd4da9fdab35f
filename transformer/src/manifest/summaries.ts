/*
 * What people are told of each workflow: one line of a report, and the hashes by which two versions are compared.
 */
import type { EffectKind } from "@continuum/contract";
import type { FileLocation } from "../compiler/packages.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramModel, WorkflowDefinition } from "../ir/model.js";
import type { DeclarationVersion, PackageVersion, WorkflowVersion } from "../ir/version.js";

/** A declaration that a workflow is made of. Its hash names a difference for people, and is never an identity. */
export interface DeclarationSummary {
  readonly name: string;
  /** Absolute. */
  readonly fileName: string;
  /** Relative to the root of its package. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly hash: string;
  /** Of it alone, whatever it and the things are called that it refers to. */
  readonly form: string;
  /** What it refers to, in order: places in the list of declarations. */
  readonly references: readonly number[];
  /** What its functions are called; null where the workflow reads no function's name. */
  readonly functionNames: readonly string[] | null;
  /** `Level.Low` → the text of its value, for members of enums. */
  readonly constants: Readonly<Record<string, string>>;
}

/** A workflow of a program, as the command line reports it. */
export interface WorkflowSummary {
  readonly name: string;
  /** The user's `version`. */
  readonly label: string;
  /** False for a further entrypoint of its name. */
  readonly current: boolean;
  /** Absolute. */
  readonly fileName: string;
  /** Relative to the root of its package. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The version hash; null where the program has errors. */
  readonly hash: string | null;
  /** How many places ask for an effect, by kind; empty where the program has errors. */
  readonly effects: Readonly<Partial<Record<EffectKind, number>>>;
  /** In canonical order, the workflow itself first; empty where the program has errors. */
  readonly declarations: readonly DeclarationSummary[];
  /** The packages that it is made of; empty where the program has errors. */
  readonly packages: readonly PackageVersion[];
}

/** One summary for each workflow, in the order of the program; without versions, of a program that was refused. */
export function summarize(
  model: ProgramModel,
  locationOf: (file: TS.SourceFile) => FileLocation,
  versions: ReadonlyMap<WorkflowDefinition, WorkflowVersion> | null,
): readonly WorkflowSummary[] {
  return model.workflows.map((workflow) => {
    const { file } = workflow;
    const version = versions?.get(workflow);
    const effects: Partial<Record<EffectKind, number>> = {};
    for (const { effect } of version?.sites ?? []) effects[effect.kind] = (effects[effect.kind] ?? 0) + 1;
    return {
      name: workflow.name,
      label: workflow.label,
      current: workflow.current,
      fileName: file.fileName,
      file: locationOf(file).path,
      line: lineOf(file, workflow.call),
      hash: version?.hash ?? null,
      effects,
      get declarations() {
        return summarizeDeclarations(version?.declarations ?? NONE, locationOf);
      },
      packages: version?.packages ?? [],
    };
  });
}

const NONE: readonly DeclarationVersion[] = [];

/** A workflow that an edit does not concern has the declarations that it had. */
const known = new WeakMap<readonly DeclarationVersion[], readonly DeclarationSummary[]>();

function summarizeDeclarations(
  declarations: readonly DeclarationVersion[],
  locationOf: (file: TS.SourceFile) => FileLocation,
): readonly DeclarationSummary[] {
  let found = known.get(declarations);
  if (found === undefined) {
    found = declarations.map(({ name, file, node, constants, ...others }) => ({
      name,
      fileName: file.fileName,
      file: locationOf(file).path,
      line: lineOf(file, node),
      ...others,
      constants: Object.fromEntries(constants),
    }));
    known.set(declarations, found);
  }
  return found;
}

function lineOf(file: TS.SourceFile, node: TS.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}
