import { randomUUID } from "node:crypto";
import type { Randomness } from "./ports.js";

/** The machine's randomness. The only file of the worker and the client that draws from it. */
export const realRandomness: Randomness = {
  fraction: () => Math.random(),
  id: () => randomUUID(),
};
