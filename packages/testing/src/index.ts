/** What tests of workflows import. */
export { testContinuum } from "./test-continuum.js";
export type { TestContinuum, TestTime } from "./test-continuum.js";
export type { SkipOptions } from "./simulated-clock.js";
export type { TestOptions } from "./test-options.js";
