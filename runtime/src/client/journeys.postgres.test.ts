import { migratedDatabase } from "../journal/postgres/fixtures/databases.js";
import { serverStore } from "./fixtures/stores.js";
import { journeys } from "./journeys.conformance.js";

journeys("Postgres", async () => serverStore(await migratedDatabase()));
