import type { Randomness } from "@continuum/runtime/unstable-testing";

/** The same numbers and ids in every run of a test. */
export function seededRandomness(seed: number): Randomness {
  let state = seed >>> 0;
  let made = 0;
  return {
    // mulberry32: small, and even enough for jitter.
    fraction() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    /** The shape of a uuid, readable: the seed, then a count. */
    id() {
      made += 1;
      return `${hex(seed, 8)}-0000-4000-8000-${hex(made, 12)}`;
    },
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
