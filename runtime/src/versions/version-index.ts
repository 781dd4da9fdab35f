/*
 * Which code versions this process has: workflows by name and version hash (R40).
 */
import type { CompiledWorkflow } from "@continuum/contract";
import type { SyncSchema } from "../core/checked-value.js";
import { ContinuumError } from "../core/continuum-error.js";
import type { DeclaredVersion, VersionRef } from "../journal/port.js";

/** A workflow as the authoring API defined it, seen from the worker: its code, and what a new run is given. */
export interface Definition {
  readonly compiled: CompiledWorkflow<never, unknown>;
  /** The closed set of signals that it takes; null: any. */
  readonly signals: readonly string[] | null;
  /** The schemas of that set, by name. */
  readonly contracts?: ReadonlyMap<string, SyncSchema>;
  /** Kept after its end for this long; null: for ever. */
  readonly retentionMs: number | null;
  /** False for a further, hash-specific entrypoint of the same logical name. */
  readonly current: boolean;
}

export type LabelledVersion = VersionRef & { readonly label: string };

export interface VersionIndex {
  /** All versions that can run here, current or not. */
  readonly all: readonly DeclaredVersion[];
  /** The one per name on which new runs start. */
  readonly current: readonly LabelledVersion[];
  find(version: VersionRef): Definition | null;
  currentOf(workflow: string): Definition | null;
}

/** @throws ContinuumError CTM1211 when one name has two current versions. */
export function versionIndex(definitions: readonly Definition[]): VersionIndex {
  const byHash = new Map<string, Definition>();
  const currentByName = new Map<string, Definition>();
  for (const definition of definitions) {
    const { name, versionHash } = definition.compiled.manifest;
    const key = keyOf({ workflow: name, hash: versionHash });
    if (byHash.has(key)) continue; // The same meaning twice: one of them serves.
    byHash.set(key, definition);
    if (!definition.current) continue;
    if (currentByName.has(name)) throw twoCurrent(name);
    currentByName.set(name, definition);
  }
  return {
    all: [...byHash.values()].map(({ compiled, signals }) => ({ ...versionOf(compiled), signals })),
    current: [...currentByName.values()].map(({ compiled }) => labelled(compiled)),
    find: (version) => byHash.get(keyOf(version)) ?? null,
    currentOf: (workflow) => currentByName.get(workflow) ?? null,
  };
}

export function labelled({ manifest }: CompiledWorkflow<never, unknown>): LabelledVersion {
  return { workflow: manifest.name, hash: manifest.versionHash, label: manifest.versionLabel };
}

function versionOf({ manifest }: CompiledWorkflow<never, unknown>): VersionRef {
  return { workflow: manifest.name, hash: manifest.versionHash };
}

function keyOf({ workflow, hash }: VersionRef): string {
  return `${hash} ${workflow}`;
}

function twoCurrent(name: string): ContinuumError {
  return new ContinuumError({
    code: "CTM1211",
    message: `two different workflows named ${name} are both current`,
    hint: "give one of them another `name`, or mark the older entrypoint with `current: false`",
    details: { workflow: name },
  });
}
