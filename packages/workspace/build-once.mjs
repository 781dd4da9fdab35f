/* Vitest's global set-up: tests of whole processes run the compiled output, so it must be as new as the sources. */
import { emit } from "./set-up.mjs";

export default function setUp() {
  if (!emit())
    console.error("Not all sources could be compiled: tests of whole processes may run old output.");
}
