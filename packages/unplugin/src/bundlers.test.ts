import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildCached, bundlers } from "./fixtures/bundlers.js";
import type { Builds } from "./fixtures/bundlers.js";
import { breakShop, makeShop, mendShop } from "./fixtures/shop.js";
import type { Shop } from "./fixtures/shop.js";
import esbuild from "./esbuild.js";
import rollup from "./rollup.js";
import webpack from "./webpack.js";

let shop: Shop;
beforeEach(() => {
  shop = makeShop();
});
afterEach(() => shop.remove());

const bundle = (): string => readFileSync(join(shop.folder, "dist/main.mjs"), "utf8");
const compiledHash = (): string | undefined => /versionHash: "([0-9a-f]{64})"/.exec(bundle())?.[1];

for (const bundler of bundlers) {
  describe(bundler.name, { timeout: 60_000 }, () => {
    it("builds a program whose workflow runs", async () => {
      expect((await bundler.build(shop.folder, "main.ts")).errors).toEqual([]);
      expect(shop.run("dist/main.mjs")).toEqual({ output: '{"id":"o-1/300"}', errors: "" });
    });

    it("maps what fails to the user's line, in a helper and in the workflow", async () => {
      expect((await bundler.build(shop.folder, "fails.ts")).errors).toEqual([]);
      const { output } = shop.run("dist/main.mjs");
      expect(output).toMatch(/nothing to price\n[^]*src\/pricing\.ts:10:11/);
      expect(output).toMatch(/too dear\n[^]*src\/order\.ts:9:29/);
    });

    it("refuses a mistake two modules away, with place, code, path and hint", async () => {
      breakShop(shop);
      const { errors } = await bundler.build(shop.folder, "main.ts");
      const text = errors.join("\n");
      expect(text).toContain("src/clock.ts:1:36 error CTM2001");
      expect(text).toContain("`orderFlow` calls `priceOf` (src/order.ts:");
      expect(text).toContain("→ Use now() or today()");
      expect(text).toContain("> 1 | export const stamp = (): number => Date.now();");
    });

    describe("following edits", () => {
      let builds: Builds;
      beforeEach(async () => {
        builds = bundler.follow(shop.folder, "main.ts");
        await builds.until(({ errors }) => errors.length === 0);
      });
      afterEach(() => builds.close());

      it("builds an untouched helper again when a workflow begins to reach it, and when none does any more", async () => {
        expect(bundle()).toContain("async function discounted");
        shop.edit("order.ts", /priceOf/g, "discounted");
        await builds.until(() => !bundle().includes("async function discounted"));
        shop.edit("order.ts", /discounted/g, "priceOf");
        await builds.until(() => bundle().includes("async function discounted"));
      });

      it("gives an untouched workflow a new version when a helper of another file changes", async () => {
        const before = compiledHash();
        expect(before).toBeDefined();
        shop.edit("pricing.ts", "sum + cents", "sum + cents * 2");
        await builds.until(() => compiledHash() !== before);
        shop.edit("pricing.ts", "sum + cents * 2", "sum + cents");
        await builds.until(() => compiledHash() === before);
      });

      it("refuses a program for what an edit breaks, and builds it once that is mended", async () => {
        breakShop(shop);
        await builds.until(({ errors }) => errors.some((error) => error.includes("CTM2001")));
        mendShop(shop);
        await builds.until(({ errors }) => errors.length === 0);
        expect(shop.run("dist/main.mjs").output).toBe('{"id":"o-1/300"}');
      });
    });
  });
}

it(
  "danger: webpack's cache on disk keeps no workflow whose helper has changed",
  { timeout: 60_000 },
  async () => {
    expect((await buildCached(shop.folder, "main.ts")).errors).toEqual([]);
    const before = compiledHash();
    shop.edit("pricing.ts", "sum + cents", "sum + cents * 2");
    expect((await buildCached(shop.folder, "main.ts")).errors).toEqual([]);
    expect(compiledHash()).toBeDefined();
    expect(compiledHash()).not.toBe(before);
    expect(shop.run("dist/main.mjs").output).toBe('{"id":"o-1/600"}');
  },
);

it("each refuses an option that it does not know", () => {
  const wrong = { trustedModule: [] } as never;
  const refusal = 'CTM1310: The plugin continuum() has no option "trustedModule"';
  expect(() => rollup(wrong)).toThrow(refusal);
  expect(() => webpack(wrong)).toThrow(refusal);
  expect(() => esbuild(wrong)).toThrow(refusal);
});
