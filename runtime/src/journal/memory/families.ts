/*
 * A run's parent and children, in memory.
 */
import type { RunId } from "../../core/ids.js";
import type { Family, Relative } from "../reader.js";
import type { MemoryState } from "./state.js";
import { isOver, latestOf } from "./state.js";

export function familyOf(state: MemoryState, runId: RunId, limit: number): Family {
  const run = state.runs.get(runId);
  if (run === undefined) return { parent: null, children: [], more: false };
  const own = new Set<RunId>();
  for (const event of run.history) if (event.kind === "child_started") own.add(event.childId);
  for (const child of state.runs.values())
    if (child.parent?.chainId === run.chainId && !isOver(child)) own.add(child.chainId as string as RunId);
  const relatives = [...state.runs.values()]
    .filter((child) => own.has(child.runId))
    .flatMap((child) => relativeOf(state, child.runId));
  const children = [...relatives.filter(goesOn), ...relatives.filter((child) => !goesOn(child))];
  const [parent] = run.parent === null ? [] : relativeOf(state, run.parent.runId);
  return { parent: parent ?? null, children: children.slice(0, limit), more: children.length > limit };
}

function goesOn({ status }: Relative): boolean {
  return status === "live" || status === "blocked";
}

function relativeOf(state: MemoryState, id: RunId): readonly Relative[] {
  const last = latestOf(state, id);
  if (last === undefined) return [];
  return [{ runId: last.chainId as string as RunId, workflow: last.workflow, status: last.status }];
}
