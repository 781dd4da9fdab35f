/**
 * The order of test files: those that take longest begin first, so that none of them runs alone at the end. Vitest does the same
 * once it has seen them all; a fresh clone has not, and its own guess is the size of a file, which is small where a suite is imported.
 */
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/** Exported for its test. Half a minute or more each; those that compute among those that wait, longest first. */
export const LONG: readonly string[] = [
  "packages/hosts-test/src/hosts.test.ts",
  "packages/prove/src/determinism/determinism.test.ts",
  "runtime/src/client/crashes.test.ts",
  "packages/unplugin/src/bundlers.test.ts",
  "packages/cli/src/versions-diff.test.ts",
  "runtime/src/client/language.postgres.test.ts",
  "packages/hosts-test/src/monorepo.test.ts",
  "transformer/src/hosts/ts-patch/modes.test.ts",
  "runtime/src/client/suspects.test.ts",
  "transformer/src/analyze/analyze.test.ts",
  "transformer/src/hosts/ts-patch/workspace.test.ts",
  "runtime/src/journal/postgres/journal.test.ts",
  "transformer/src/version/versions.test.ts",
  "runtime/src/client/language.memory.test.ts",
  "runtime/src/client/language.pglite.test.ts",
  "runtime/src/client/journeys.pglite.test.ts",
  "runtime/src/journal/postgres/embedded-crash.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((name) => moduleId.replaceAll("\\", "/").endsWith(`/${name}`));
      return place === -1 ? LONG.length : place;
    };
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
