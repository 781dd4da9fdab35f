import { freshDatabase } from "../../../packages/workspace/src/test-postgres/index.js";
import { serverStore } from "./fixtures/stores.js";
import { journeys } from "./journeys.conformance.js";

journeys("Postgres", async () => serverStore((await freshDatabase()).url));
