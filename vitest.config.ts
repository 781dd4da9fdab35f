import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./packages/workspace/src/longest-first.js";

// The packages' sources are what tests run: no build, no stale output.
const source = "@continuum/source";

const examples = readdirSync(new URL("examples", import.meta.url)).map((name) => `examples/${name}`);
/** An example that has a configuration is tested as a user's project: with that, and with the compiled packages. */
const isProject = (example: string) => existsSync(new URL(`${example}/vitest.config.ts`, import.meta.url));

export default defineConfig({
  test: {
    // Many tests wait for processes, leases and the server: three at once, even where there are two cores only.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    // Of the whole run, and therefore not of a project.
    globalSetup: [
      "packages/workspace/build-once.mjs",
      "packages/workspace/src/test-postgres/global-set-up.ts",
    ],
    projects: [
      {
        resolve: { conditions: [source, ...defaultClientConditions] },
        ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
        test: {
          name: "repository",
          include: [
            "{runtime,transformer,packages/*}/{src,test}/**/*.test.ts",
            ...examples.filter((example) => !isProject(example)).map((example) => `${example}/**/*.test.ts`),
          ],
          // For what hangs: a machine that does much else at the same time is slow, and not wrong.
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      ...examples.filter(isProject),
    ],
  },
});
