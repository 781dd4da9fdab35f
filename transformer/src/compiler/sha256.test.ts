import { sha256 as portable } from "@continuum/contract";
import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import { sha256 } from "./sha256.js";
import { ts, useTypeScript } from "./ts.js";

const bundled = ts;
afterEach(() => useTypeScript(bundled));

it("agrees with the contract's on any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(portable(text));
    }),
  );
});

it("danger: a system that hashes by another rule changes no version", () => {
  const createHash = vi.fn((text: string) => String(text.length));
  useTypeScript({ ...ts, sys: { ...ts.sys, createHash } });
  expect(sha256("order")).toBe(portable("order"));
  expect(createHash).toHaveBeenCalledTimes(1);
});

it("needs no system", () => {
  useTypeScript({ ...ts, sys: undefined as unknown as typeof ts.sys });
  expect(sha256("order")).toBe(portable("order"));
});
