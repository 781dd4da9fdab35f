import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildCached, bundlers } from "./fixtures/bundlers.js";
import type { Builds, Built } from "./fixtures/bundlers.js";
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
  describe(bundler.name, { timeout: 120_000 }, () => {
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
      }, 60_000);
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

      /** A watcher that was told of a file a moment ago may miss an edit of it, which a user would make later. */
      const eventually = async (fits: (built: Built) => boolean): Promise<void> => {
        const again = setInterval(() => shop.touch(), 4_000);
        try {
          await builds.until(fits);
        } finally {
          clearInterval(again);
        }
      };
      const isRefused = (code: string): Promise<void> =>
        eventually(({ errors }) => errors.some((error) => error.includes(code)));
      const isBuilt = (): Promise<void> => eventually(({ errors }) => errors.length === 0);

      it("follows tsconfigs, extended ones too: what they trust, and mistakes in them", async () => {
        shop.edit("pricing.ts", "export interface", 'import { toCents } from "coins";\nexport interface');
        shop.edit("pricing.ts", "sum + cents,", "sum + toCents(cents),");
        await isRefused("CTM2040");
        shop.edit("../tsconfig.base.json", '"trustedModules": []', '"trustedModules": ["coins"]');
        await isBuilt();
        shop.edit("../tsconfig.base.json", '"trustedModules": ["coins"]', '"trustModules": ["coins"]');
        await isRefused('CTM1310: The plugin "@continuum/transformer/ts-patch" has no option "trustModules"');
        shop.edit("../tsconfig.base.json", '"trustModules"', '"trustedModules"');
        await isBuilt();
        shop.edit("../tsconfig.json", '"extends"', '"plugins": [], "extends');
        await isRefused("CTM1303");
        shop.edit("../tsconfig.json", '"plugins": [], "extends', '"extends"');
        await isBuilt();
      });

      it("follows the package.json of a package", async () => {
        shop.edit("pricing.ts", "export interface", 'import { toCents } from "coins";\nexport interface');
        shop.edit("pricing.ts", "sum + cents,", "sum + toCents(cents),");
        await isRefused("CTM2040");
        shop.edit("../node_modules/coins/package.json", "./impure.js", "./pure.js");
        await isBuilt();
        shop.edit("../node_modules/coins/package.json", "./pure.js", "./impure.js");
        await isRefused("CTM2040");
      });

      it("follows modules of types alone", async () => {
        shop.write(
          "item.ts",
          "export interface Item { readonly cents: number; readonly undo: () => void }\n",
        );
        shop.edit(
          "pricing.ts",
          /export interface Item \{[^}]*\}/,
          'import type { Item } from "./item.js";\nexport type { Item };',
        );
        await isRefused("CTM2030");
        shop.write("item.ts", "export interface Item { readonly cents: number }\n");
        await isBuilt();
        shop.write(
          "item.ts",
          "export interface Item { readonly cents: number; readonly undo: () => void }\n",
        );
        await isRefused("CTM2030");
      });

      it("follows files that come, move and go", async () => {
        shop.write("rates.ts", "export const rate = (): number => Date.now();\n");
        shop.edit("pricing.ts", "export interface", 'import { rate } from "./rates.js";\nexport interface');
        shop.edit("pricing.ts", "sum + cents,", "sum + cents * rate(),");
        await isRefused("src/rates.ts:1:35");
        shop.write("deeper.ts", "export const rate = (): number => 2;\n");
        shop.edit("pricing.ts", "./rates.js", "./deeper.js");
        shop.delete("rates.ts");
        await eventually(({ errors }) => errors.length === 0 && bundle().includes("=> 2"));
        expect(shop.run("dist/main.mjs").output).toBe('{"id":"o-1/600"}');
        shop.delete("deeper.ts");
        await eventually(({ errors }) => errors.length > 0);
        // Rollup and its plugin for TypeScript never hear of a file that comes back.
        if (bundler.name === "Rollup") return;
        shop.write("deeper.ts", "export const rate = (): number => 3;\n");
        await eventually(({ errors }) => errors.length === 0 && bundle().includes("=> 3"));
        expect(shop.run("dist/main.mjs").output).toBe('{"id":"o-1/900"}');
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
