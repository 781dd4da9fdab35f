import { afterEach, expect, it } from "vitest";
import { loadedDigests, MODULE_REGISTRY } from "./index.js";

const symbol = Symbol.for(MODULE_REGISTRY);
const world = globalThis as Record<symbol, unknown>;

afterEach(() => {
  delete world[symbol];
});

it("gives what compiled modules noted, copies of one module among it", () => {
  expect(loadedDigests("shop/src/pricing")).toEqual([]);
  world[symbol] = { "shop/src/pricing": ["a", "b"] };
  expect(loadedDigests("shop/src/pricing")).toEqual(["a", "b"]);
  expect(loadedDigests("toString")).toEqual([]);
});

it("takes nothing from what somebody else left there", () => {
  world[symbol] = "not ours";
  expect(loadedDigests("shop/src/pricing")).toEqual([]);
  world[symbol] = { "shop/src/pricing": "a", "shop/src/order": [1, "b"] };
  expect(loadedDigests("shop/src/pricing")).toEqual([]);
  expect(loadedDigests("shop/src/order")).toEqual(["b"]);
});
