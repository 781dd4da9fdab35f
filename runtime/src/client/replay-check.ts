/*
 * Whether what runs have stored is what their programs do: every prefix of their histories is replayed (see `disagreement`).
 */
import { disagreement } from "../core/agreement.js";
import type { History } from "../core/events.js";
import type { RunId } from "../core/ids.js";
import type { Engine } from "./engine.js";

/** Of a history of more steps than this, so many prefixes are walked on their own, and all of them in one walk. */
const PREFIXES = 64;

/** A run whose history and program differ. */
export interface Disagreement {
  readonly runId: RunId;
  readonly workflow: string;
  /** Where, and in what. */
  readonly text: string;
}

/**
 * Replays every prefix of the histories of `runIds` and gives those that disagree. Runs whose code is not here are left out.
 * `checked` keeps how much of each run was checked, so that nothing is checked twice. Reads only.
 */
export async function replayDisagreements(
  { reader, versions, codec }: Pick<Engine, "reader" | "versions" | "codec">,
  runIds: Iterable<RunId>,
  checked: Map<RunId, number> = new Map<RunId, number>(),
): Promise<readonly Disagreement[]> {
  const histories = new Map<RunId, History>(
    await Promise.all(
      [...runIds].map(async (runId): Promise<[RunId, History]> => [runId, await reader.history(runId)]),
    ),
  );
  const depths = depthsOf(histories);
  const found: Disagreement[] = [];
  for (const [runId, history] of histories) {
    if (checked.get(runId) === history.length) continue;
    const row = await reader.run(runId);
    if (row === null || row.versionHash === null || isUnstarted(history)) continue;
    const definition = versions.find({ workflow: row.workflow, hash: row.versionHash });
    if (definition === null) continue;
    checked.set(runId, history.length);
    const { compiled: workflow, signals } = definition;
    const depth = depths.get(runId) ?? 0;
    const text = disagreement({ runId, depth, workflow, codec, signals }, history, PREFIXES);
    if (text !== null) found.push({ runId, workflow: row.workflow, text });
  }
  return found;
}

/** It was stored without an owner, and nobody has walked its first step yet. */
function isUnstarted(history: History): boolean {
  return history.length <= 1;
}

/** How deep each run stands (R29), by what the histories tell of children and successors. */
function depthsOf(histories: ReadonlyMap<RunId, History>): ReadonlyMap<RunId, number> {
  const above = new Map<RunId, { readonly runId: RunId; readonly deeper: number }>();
  for (const [runId, history] of histories) {
    for (const event of history) {
      if (event.kind === "child_started") above.set(event.childId, { runId, deeper: 1 });
      if (event.kind === "run_continued") above.set(event.successor, { runId, deeper: 0 });
    }
  }
  const depths = new Map<RunId, number>();
  for (const start of histories.keys()) {
    let depth = 0;
    for (let link = above.get(start); link !== undefined; link = above.get(link.runId)) depth += link.deeper;
    depths.set(start, depth);
  }
  return depths;
}
