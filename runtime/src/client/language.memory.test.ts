import { cancellation } from "./cancellation.conformance.js";
import { chains } from "./chains.conformance.js";
import { children } from "./children.conformance.js";
import { contracts } from "./contracts.conformance.js";
import { exclusiveStore } from "./fixtures/stores.js";
import { longActivities } from "./long-activities.conformance.js";
import { rollbacks } from "./rollbacks.conformance.js";
import { unsentSignals } from "./unsent-signals.conformance.js";

const open = () => exclusiveStore("memory:");
children("memory", open);
chains("memory", open);
cancellation("memory", open);
longActivities("memory", open);
contracts("memory", open);
unsentSignals("memory", open);
rollbacks("memory", open);
