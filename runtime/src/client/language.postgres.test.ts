import { migratedDatabase } from "../journal/postgres/fixtures/databases.js";
import { cancellation } from "./cancellation.conformance.js";
import { chains } from "./chains.conformance.js";
import { children } from "./children.conformance.js";
import { contracts } from "./contracts.conformance.js";
import { serverStore } from "./fixtures/stores.js";
import { longActivities } from "./long-activities.conformance.js";
import { rollbacks } from "./rollbacks.conformance.js";
import { unsentSignals } from "./unsent-signals.conformance.js";

const open = async () => serverStore(await migratedDatabase());
children("Postgres", open);
chains("Postgres", open);
cancellation("Postgres", open);
longActivities("Postgres", open);
contracts("Postgres", open);
unsentSignals("Postgres", open);
rollbacks("Postgres", open);
