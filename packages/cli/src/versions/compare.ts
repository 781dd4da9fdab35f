/*
 * What changed between two lists of versions, workflow by workflow.
 *
 * Invariant: whether a workflow changed is said by its version hash alone. The hashes of declarations only name the
 * difference, so a declaration that was moved to another file, or renamed, is one of an equal hash, and no change.
 */
import type { ListedDeclaration, ListedWorkflow, VersionList } from "../formats/version-list.js";

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
  /** What names the change; empty where only the order in which things are referred to differs. */
  readonly declarations: readonly DeclarationDifference[];
}

export interface DeclarationDifference {
  readonly name: string;
  /** Where it stands, or stood, if it is no longer reached. */
  readonly file: string;
  readonly line: number;
  readonly change: "changed" | "added" | "removed";
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
    const change =
      was === undefined ? "added" : is === undefined ? "removed" : from === to ? "same" : "changed";
    const declarations =
      was !== undefined && is !== undefined && change === "changed"
        ? compareDeclarations(was.declarations, is.declarations)
        : [];
    return { workflow: name, label, file, line, change, from, to, declarations };
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
