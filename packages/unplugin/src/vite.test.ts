import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, createServer, defaultServerConditions } from "vite";
import type { InlineConfig, ViteDevServer } from "vite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVitest } from "vitest/node";
import continuum from "./vite.js";

const fixture = fileURLToPath(new URL("./fixtures/shop/", import.meta.url));
const packages = fileURLToPath(new URL("../node_modules", import.meta.url));
const conditions = ["@continuum/source", ...defaultServerConditions];

let shop: string;
beforeEach(() => {
  shop = mkdtempSync(join(tmpdir(), "continuum-shop-"));
  cpSync(fixture, shop, { recursive: true });
  writeFileSync(join(shop, "package.json"), '{ "name": "shop", "type": "module" }');
  symlinkSync(packages, join(shop, "node_modules"));
});
afterEach(() => {
  rmSync(shop, { recursive: true, force: true });
});

function configOf(root: string): InlineConfig {
  return {
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [continuum()],
    resolve: { conditions },
    ssr: { resolve: { conditions } },
  };
}

function edit(file: string, from: string | RegExp, to: string): void {
  const path = join(shop, "src", file);
  const text = readFileSync(path, "utf8");
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(path, edited);
}

describe("a Vitest run", () => {
  it("compiles the workflow, and shows the user's line where one fails", { timeout: 60_000 }, async () => {
    const vitest = await createVitest(
      "test",
      {
        root: shop,
        watch: false,
        config: false,
        include: ["src/*.spec.ts"],
        reporters: [{}],
        pool: "threads",
      },
      configOf(shop),
    );
    try {
      const { testModules, unhandledErrors } = await vitest.start();
      expect(unhandledErrors).toEqual([]);
      const tests = testModules.flatMap((module) => [...module.children.allTests()]);
      const place = (name: string): string => {
        const error = tests.find((each) => each.name === name)?.result().errors?.[0];
        const top = error?.stacks?.[0];
        return `${String(error?.message)} at ${String(top?.file.replace(/^.*\/src\//, ""))}:${String(top?.line)}:${String(top?.column)}`;
      };
      expect(tests.map((each) => each.result().state)).toEqual(["passed", "passed", "failed", "failed"]);
      expect(place("fails in a helper")).toBe("nothing to price at pricing.ts:10:11");
      expect(place("fails in the workflow")).toBe("too dear at order.ts:9:29");
    } finally {
      await vitest.close();
    }
  });
});

describe("a dev server", () => {
  let server: ViteDevServer;
  beforeEach(async () => {
    server = await createServer({
      ...configOf(shop),
      server: { middlewareMode: true, watch: null, ws: false },
    });
  });
  afterEach(() => server.close());

  const codeOf = async (file: string): Promise<string> =>
    (await server.environments.ssr.transformRequest(`/src/${file}`))?.code ?? "";
  /** What Vite does when its watcher sees an edit. */
  const tell = async (file: string): Promise<void> => {
    const path = join(shop, "src", file);
    for (const { pluginContainer } of Object.values(server.environments)) {
      await pluginContainer.watchChange(path, { event: "update" });
    }
    for (const { moduleGraph } of Object.values(server.environments)) moduleGraph.onFileChange(path);
  };

  it(
    "builds a helper again when an edit of another file makes a workflow reach it",
    { timeout: 60_000 },
    async () => {
      await codeOf("order.ts");
      expect(await codeOf("pricing.ts")).toContain("async function discounted");
      edit("order.ts", /priceOf/g, "discounted");
      await tell("order.ts");
      expect(await codeOf("pricing.ts")).not.toContain("async function discounted");
      edit("order.ts", /discounted/g, "priceOf");
      await tell("order.ts");
      expect(await codeOf("pricing.ts")).toContain("async function discounted");
    },
  );

  it(
    "gives a workflow a new version when a helper of another file changes",
    { timeout: 60_000 },
    async () => {
      const hashOf = async (): Promise<string | undefined> =>
        /versionHash: "([0-9a-f]{64})"/.exec(await codeOf("order.ts"))?.[1];
      const before = await hashOf();
      expect(before).toBeDefined();
      edit("pricing.ts", "sum + cents", "sum + cents * 2");
      await tell("pricing.ts");
      const after = await hashOf();
      expect(after).toBeDefined();
      expect(after).not.toBe(before);
      edit("pricing.ts", "sum + cents * 2", "sum + cents");
      await tell("pricing.ts");
      expect(await hashOf()).toBe(before);
    },
  );

  it(
    "refuses the workflow's module for a mistake two modules away, and builds it once that is mended",
    { timeout: 60_000 },
    async () => {
      await codeOf("order.ts");
      writeFileSync(join(shop, "src/clock.ts"), "export const stamp = (): number => Date.now();\n");
      edit("pricing.ts", "export interface", 'import { stamp } from "./clock.js";\nexport interface');
      edit("pricing.ts", "sum + cents,", "sum + cents + stamp(),");
      await tell("pricing.ts");
      const refusal = await codeOf("order.ts").then(
        () => "built",
        (error: Error) => error.message,
      );
      expect(refusal).toContain("src/clock.ts:1:36 error CTM2");
      expect(refusal).toContain("> 1 | export const stamp = (): number => Date.now();");
      expect(refusal).toContain("    |                                    ^^^^");
      expect(refusal).toContain("calls `priceOf`");
      expect(await codeOf("payments.ts")).toContain("function charge");
      edit("pricing.ts", "sum + cents + stamp(),", "sum + cents,");
      await tell("pricing.ts");
      expect(await codeOf("order.ts")).toContain("compiled(");
    },
  );

  const verdict = (): Promise<string> =>
    codeOf("order.ts").then(
      (code) => (code.includes("compiled(") ? "built" : code),
      (error: Error) => error.message,
    );

  it("follows edits of what no module imports: types, and the tsconfig", { timeout: 60_000 }, async () => {
    const items = "export interface Item { readonly cents: number }\n";
    writeFileSync(join(shop, "src/item.ts"), items);
    edit(
      "pricing.ts",
      /export interface Item \{[^}]*\}/,
      'import type { Item } from "./item.js";\nexport type { Item };',
    );
    expect(await verdict()).toBe("built");
    edit("item.ts", "cents: number", "cents: number; readonly undo: () => void");
    await tell("item.ts");
    expect(await verdict()).toContain("CTM2030");
    writeFileSync(join(shop, "src/item.ts"), items);
    await tell("item.ts");
    expect(await verdict()).toBe("built");
    edit(
      "../tsconfig.json",
      '"strict"',
      '"plugins": [{ "transform": "@continuum/transformer", "trust": [] }], "strict"',
    );
    await tell("../tsconfig.json");
    expect(await verdict()).toContain(
      'CTM1310: The plugin "@continuum/transformer/ts-patch" has no option "trust"',
    );
    edit("../tsconfig.json", '"trust"', '"trustedModules"');
    await tell("../tsconfig.json");
    expect(await verdict()).toBe("built");
  });

  it("says so when another plugin changed a workflow's module before", { timeout: 60_000 }, async () => {
    const other = {
      name: "other",
      enforce: "pre" as const,
      transform: (code: string, id: string) => (id.endsWith("order.ts") ? `${code}\nexport {};` : null),
    };
    const mixed = await createServer({
      ...configOf(shop),
      plugins: [other, continuum()],
      server: { middlewareMode: true, watch: null, ws: false },
    });
    try {
      await expect(mixed.environments.ssr.transformRequest("/src/order.ts")).rejects.toThrow("CTM1309");
    } finally {
      await mixed.close();
    }
  });
});

describe("a build", () => {
  it("bundles compiled workflows, with a map to the sources", { timeout: 60_000 }, async () => {
    const result = await build({
      ...configOf(shop),
      build: {
        ssr: join(shop, "src/order.ts"),
        write: false,
        sourcemap: true,
        minify: false,
        rollupOptions: { external: /^@continuum\// },
      },
    });
    const output = "output" in result ? result.output : [];
    const chunk = output.map((each) => (each.type === "chunk" ? each : null)).find((each) => each !== null);
    expect(chunk?.code).toContain("function* (");
    expect(chunk?.code).toContain('"payments.charge": () =>');
    expect(chunk?.map?.sources.some((source) => source.endsWith("src/pricing.ts"))).toBe(true);
  });
});

it("refuses an option that it does not know", () => {
  expect(() => continuum({ trustedModule: [] } as never)).toThrow(
    'CTM1310: The plugin continuum() has no option "trustedModule"',
  );
});
