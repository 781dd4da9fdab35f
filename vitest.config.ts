import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// The packages' sources are what tests run: no build, no stale output.
const source = "@continuum/source";

export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  test: {
    include: ["{runtime,transformer}/src/**/*.test.ts", "{packages,examples}/*/{src,test}/**/*.test.ts"],
    globalSetup: [
      "packages/workspace/build-once.mjs",
      "packages/workspace/src/test-postgres/global-set-up.ts",
    ],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
