/*
 * Values that look random or temporal and are functions of the history (R9).
 *
 * Invariants:
 *   D1  `random` and `uuid4` depend on run, site and occurrence at that site: a reordered continuation shifts no other site's.
 *   D2  Every draw goes into the step's digest; replay compares digests.
 */
import { sha256 } from "@continuum/contract";

const DIGEST_LENGTH = 16;

/** In [0, 1), with 53 random bits. */
export function randomAt(runId: string, site: string, occurrence: number): number {
  const hash = sha256(`random\n${runId}\n${site}\n${occurrence}`);
  return (
    (Number.parseInt(hash.slice(0, 8), 16) * 0x200000 + (Number.parseInt(hash.slice(8, 16), 16) >>> 11)) /
    2 ** 53
  );
}

/** A UUID of version 4. */
export function uuid4At(runId: string, site: string, occurrence: number): string {
  const hash = sha256(`uuid4\n${runId}\n${site}\n${occurrence}`);
  const variant = "89ab"[Number.parseInt(hash[16]!, 16) & 3]!;
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}

/** `2026-03-01`, in UTC. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** What a step that drew these values records; null when it drew none. */
export function digestOf(draws: readonly string[]): string | null {
  return draws.length === 0 ? null : sha256(draws.join("\n")).slice(0, DIGEST_LENGTH);
}
