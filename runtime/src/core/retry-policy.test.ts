import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCallOptions } from "./activity-options.js";
import { ContinuumError } from "./continuum-error.js";
import { activityPolicy, nextPause } from "./retry-policy.js";
import type { PolicyOptions } from "./retry-policy.js";

const policy = (options: PolicyOptions, defaults: PolicyOptions = {}) =>
  activityPolicy("a.b", defaults, options);
const pauses = (options: PolicyOptions["retry"], random01 = 0): (number | null)[] => {
  const { retry } = policy({ retry: options! });
  return [1, 2, 3, 4, 5].map((attempt) => nextPause(retry, attempt, random01));
};

describe("pauses", () => {
  it("grow as the backoff says and stop after the last attempt", () => {
    expect(pauses({})).toEqual([1000, 2000, null, null, null]);
    expect(pauses({ maxAttempts: 5, backoff: "linear", initialMs: 10 })).toEqual([10, 20, 30, 40, null]);
    expect(pauses({ maxAttempts: 5, backoff: "constant", initialMs: 10 })).toEqual([10, 10, 10, 10, null]);
    expect(pauses({ maxAttempts: 5, initialMs: 0 })).toEqual([0, 0, 0, 0, null]);
    expect(nextPause(policy({ retry: { maxAttempts: 100_000 } }).retry, 99_999, 0)).toBe(60_000);
  });

  it("keep their jitter at the cap, so that a cohort there spreads", () => {
    const capped = { maxAttempts: 9, initialMs: 1000, maxBackoffMs: 2000, jitterMs: 500 };
    expect([pauses(capped, 0)[4], pauses(capped, 0.5)[4], pauses(capped, 0.999)[4]]).toEqual([
      2000, 2250, 2500,
    ]);
  });
});

describe("a policy", () => {
  it("takes the call's options over the definition's, member by member", () => {
    const merged = policy(
      { retry: { maxAttempts: 7 }, queue: "fast" },
      { retry: { maxAttempts: 2, initialMs: 50 }, timeout: 9, queue: "slow" },
    );
    expect(merged).toMatchObject({
      retry: { maxAttempts: 7, initialMs: 50, jitterMs: 10 },
      timeoutMs: 9,
      queue: "fast",
    });
  });

  it("that cannot fit its horizon is refused, and the tightest that fits is not", () => {
    const asked = (horizonMs: number) => () =>
      policy({ timeout: 100, retry: { maxAttempts: 3, initialMs: 10, jitterMs: 1, horizonMs } });
    // 3 × 100 + (10 + 1) + (20 + 1)
    expect(asked(332)).not.toThrow();
    expect(asked(331)).toThrow(expect.objectContaining({ code: "CTM6002" }));
  });

  it("with a horizon never takes longer than it, whatever its numbers", () => {
    const options = fc.record({
      maxAttempts: fc.integer({ min: 1, max: 40 }),
      backoff: fc.constantFrom("constant" as const, "linear" as const, "exponential" as const),
      initialMs: fc.nat(500),
      jitterMs: fc.nat(50),
      maxBackoffMs: fc.integer({ min: 500, max: 900 }),
      horizonMs: fc.integer({ min: 1, max: 40_000 }),
    });
    let accepted = 0;
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 500 }), (retry, timeout) => {
        let total = retry.maxAttempts * timeout;
        const { horizonMs: _horizon, ...unbounded } = retry;
        const free = policy({ timeout, retry: unbounded });
        for (let attempt = 1; attempt < retry.maxAttempts; attempt++)
          total += nextPause(free.retry, attempt, 1)!;
        try {
          policy({ timeout, retry });
          accepted++;
          expect(total).toBeLessThanOrEqual(retry.horizonMs);
        } catch (error) {
          if (!ContinuumError.is(error, "CTM6002")) throw error;
          expect(total).toBeGreaterThan(retry.horizonMs);
        }
      }),
      { seed: 1 },
    );
    expect(accepted).toBeGreaterThan(10);
  });

  it("that starts above its cap is refused", () => {
    expect(() => policy({ retry: { initialMs: 10, maxBackoffMs: 5 } })).toThrow(
      expect.objectContaining({ code: "CTM6002" }),
    );
    expect(() => policy({ retry: { initialMs: 100_000 } })).not.toThrow();
  });

  it("reports all wrong options together", () => {
    expect(() => checkCallOptions("a.b", { timeout: -1, quue: "x" })).toThrow(/"timeout" is -1.*"quue"/);
  });
});
