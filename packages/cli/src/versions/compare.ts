/*
 * What changed between two lists of versions, workflow by workflow.
 *
 * Invariant: whether a workflow changed is said by its version hash alone. What is listed of its declarations and packages only names
 * the difference, so a declaration that was moved to another file, or renamed, is no change.
 */
import type { ListedDeclaration, ListedWorkflow, VersionList } from "../formats/version-list.js";
import { comparePackages } from "./compare-packages.js";
import type { PackageDifference } from "./compare-packages.js";
import { areConnected, pairDeclarations } from "./pair-declarations.js";
import type { ConnectedDeclaration } from "./pair-declarations.js";

export interface WorkflowDifference {
  readonly workflow: string;
  /** The user's version now, and what it was; null where the workflow was not there. */
  readonly label: { readonly from: string | null; readonly to: string | null };
  /** Where it stands, or stood, if it is gone. */
  readonly file: string;
  readonly line: number;
  readonly change: "same" | "changed" | "added" | "removed";
  /** The version hashes; null where the workflow was not there. */
  readonly from: string | null;
  readonly to: string | null;
  /** What names the change, together with `packages`. */
  readonly declarations: readonly DeclarationDifference[];
  readonly packages: readonly PackageDifference[];
}

/** What something is, and what it was. */
export interface Turn {
  readonly from: string;
  readonly to: string;
}

export interface DeclarationDifference {
  readonly name: string;
  /** Where it stands, or stood, if it is no longer reached. */
  readonly file: string;
  readonly line: number;
  /** `renamed`: nothing but names of functions, which the workflow reads. */
  readonly change: "changed" | "added" | "removed" | "renamed";
  /** What those functions are called, and were. */
  readonly functionNames?: readonly Turn[];
  /** Members of enums whose values changed, which stand in it: `Level.Low`. */
  readonly constants?: readonly (Turn & { readonly name: string })[];
}

export function compareVersions(before: VersionList, after: VersionList): readonly WorkflowDifference[] {
  const old = byEntrypoint(before);
  const now = byEntrypoint(after);
  return Array.from(new Set([...now.keys(), ...old.keys()])).map((key): WorkflowDifference => {
    const was = old.get(key);
    const is = now.get(key);
    const { name, file, line } = (is ?? was)!;
    const label = { from: was?.label ?? null, to: is?.label ?? null };
    const from = was?.hash ?? null;
    const to = is?.hash ?? null;
    const change: WorkflowDifference["change"] =
      was === undefined ? "added" : is === undefined ? "removed" : from === to ? "same" : "changed";
    const common = { workflow: name, label, file, line, change, from, to };
    if (was === undefined || is === undefined || change !== "changed")
      return { ...common, declarations: [], packages: [] };
    const declarations =
      areConnected(was.declarations) && areConnected(is.declarations)
        ? compareConnected(was.declarations, is.declarations)
        : compareDeclarations(was.declarations, is.declarations);
    return { ...common, declarations, packages: comparePackages(was.packages ?? [], is.packages ?? []) };
  });
}

/** The current workflow of a name by the name alone: its label may change, and it stays the same workflow. */
function byEntrypoint({ workflows }: VersionList): ReadonlyMap<string, ListedWorkflow> {
  return new Map(
    workflows.map((workflow) => [
      workflow.current ? workflow.name : `${workflow.name} ${workflow.label} ${workflow.hash ?? ""}`,
      workflow,
    ]),
  );
}

function compareConnected(
  before: readonly ConnectedDeclaration[],
  after: readonly ConnectedDeclaration[],
): readonly DeclarationDifference[] {
  const pairs = pairDeclarations(before, after);
  const kept = new Set(pairs.values());
  const now = after.flatMap((is, at): readonly DeclarationDifference[] => {
    const old = pairs.get(at);
    const was = old === undefined ? undefined : before[old];
    const place = { name: is.name, file: is.path, line: is.line };
    if (was === undefined) return [{ ...place, change: "added" }];
    const isSame =
      is.form === was.form && is.references.every((to, i) => pairs.get(to) === was.references[i]);
    if (!isSame) {
      const constants = changedConstants(was.constants ?? {}, is.constants ?? {});
      return [{ ...place, change: "changed", ...(constants.length === 0 ? {} : { constants }) }];
    }
    const functionNames = changedNames(was.functionNames ?? [], is.functionNames ?? []);
    return functionNames.length === 0 ? [] : [{ ...place, change: "renamed", functionNames }];
  });
  const gone = before.filter((_, at) => !kept.has(at));
  return [
    ...now,
    ...gone.map(({ name, path, line }) => ({ name, file: path, line, change: "removed" as const })),
  ];
}

/** Declarations of one form have as many functions. */
function changedNames(before: readonly string[], after: readonly string[]): readonly Turn[] {
  return after.map((to, at) => ({ from: before[at] ?? to, to })).filter(({ from, to }) => from !== to);
}

function changedConstants(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly (Turn & { readonly name: string })[] {
  return Object.entries(after)
    .map(([name, to]) => ({ name, from: before[name] ?? to, to }))
    .filter(({ from, to }) => from !== to);
}

/** Of lists that say less: by hashes in which the names of what is referred to stand. */
function compareDeclarations(
  before: readonly ListedDeclaration[],
  after: readonly ListedDeclaration[],
): readonly DeclarationDifference[] {
  const old = withoutEquals(before, after);
  const now = withoutEquals(after, before);
  const differences: DeclarationDifference[] = [];
  for (const declaration of now) {
    const twin =
      old.find(({ name, file }) => name === declaration.name && file === declaration.file) ??
      old.find(({ name }) => name === declaration.name);
    if (twin !== undefined) old.splice(old.indexOf(twin), 1);
    const { name, path: file, line } = declaration;
    differences.push({ name, file, line, change: twin === undefined ? "added" : "changed" });
  }
  for (const { name, path: file, line } of old) differences.push({ name, file, line, change: "removed" });
  return differences;
}

/** Those of `list` that `others` has no equal of; of two equals one is taken away for one. */
function withoutEquals(
  list: readonly ListedDeclaration[],
  others: readonly ListedDeclaration[],
): ListedDeclaration[] {
  const left = new Map<string, number>();
  for (const { hash } of others) left.set(hash, (left.get(hash) ?? 0) + 1);
  return list.filter(({ hash }) => {
    const equals = left.get(hash) ?? 0;
    if (equals > 0) left.set(hash, equals - 1);
    return equals === 0;
  });
}
