import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { cancellation } from "./cancellation.conformance.js";
import { chains } from "./chains.conformance.js";
import { children } from "./children.conformance.js";
import { contracts } from "./contracts.conformance.js";
import { exclusiveStore } from "./fixtures/stores.js";
import type { Store } from "./fixtures/stores.js";
import { longActivities } from "./long-activities.conformance.js";
import { unsentSignals } from "./unsent-signals.conformance.js";

/* One folder for all: opening one takes longer than most of the tests. */
let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "continuum-"));
  store = await exclusiveStore(`pglite:${join(folder, "data")}`);
}, 60_000);
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const open = async (): Promise<Store> => ({ ...store, close: async () => undefined });
children("PGlite", open, 100);
chains("PGlite", open, 300);
cancellation("PGlite", open);
longActivities("PGlite", open);
contracts("PGlite", open);
unsentSignals("PGlite", open);
