import { exclusiveStore } from "./fixtures/stores.js";
import { journeys } from "./journeys.conformance.js";

journeys("memory", () => exclusiveStore("memory:"));
