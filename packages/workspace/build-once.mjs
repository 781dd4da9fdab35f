/* Vitest's global set-up: tests of whole processes run the compiled output, so it must be as new as the sources. */
import { build } from "./set-up.mjs";

export default function setUp() {
  if (build("ignore")) return;
  console.error(
    "The build has errors (npm run build): tests that start processes run what could be compiled.",
  );
}
