import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { exclusiveStore } from "./fixtures/stores.js";
import { journeys } from "./journeys.conformance.js";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

journeys(
  "PGlite",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "continuum-"));
    folders.push(folder);
    return exclusiveStore(`pglite:${join(folder, "data")}`);
  },
  200,
);
