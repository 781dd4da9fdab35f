import { isParked } from "./is-parked.js";
import type { LiveRun } from "./live-run.js";
import type { LiveRuns } from "./live-runs.js";

/**
 * Drops the programs of parked runs, those idle for longest first, until what is left is below `maxBytes` of stored
 * payloads. The runs stay owned: evicting memory is not releasing. Each is rebuilt from its history when it is needed.
 */
export function giveMemoryBack(live: LiveRuns, maxBytes: number): void {
  let bytes = 0;
  const parked: LiveRun[] = [];
  for (const run of live.all()) {
    if (run.execution === null) continue;
    bytes += run.bytes;
    if (isParked(run)) parked.push(run);
  }
  if (bytes <= maxBytes) return;
  parked.sort((a, b) => a.usedAtMs - b.usedAtMs);
  for (const run of parked) {
    if (bytes <= maxBytes) return;
    run.execution = null;
    bytes -= run.bytes;
  }
}
