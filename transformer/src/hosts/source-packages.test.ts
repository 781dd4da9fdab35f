/*
 * Packages of a workspace whose `exports` lead to their TypeScript, and which no tsconfig refers to: their source is in the program.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { packageFolder } from "./fixtures/packages.js";
import type { BuildOptions, PackageFolder } from "./fixtures/packages.js";
import type { CompiledProgram } from "./library.js";

const KIT = {
  "index.ts": `import { activity } from "@continuum/runtime/workflow";
export { twice } from "./twice.js";
export const stamp = (): number => Date.now();
export const later = async (n: number): Promise<number> => n;
export const both = (): Promise<number[]> => Promise.all([1, 2]);
export async function charge(cents: number): Promise<string> { return String(cents + Date.now()); }
export const charging = (cents: number): Promise<string> => activity(charge(cents));
`,
  "twice.ts": `export enum Factor { Two = 2 }
export const twice = (cents: number): number => cents * Factor.Two;
`,
};

let packages: PackageFolder;
beforeEach(() => {
  packages = packageFolder();
  packages.write(KIT, "kit/src");
  const manifest = { name: "@acme/kit", type: "module", exports: { ".": "./src/index.ts" } };
  packages.write({ "package.json": JSON.stringify(manifest) }, "kit");
  packages.linkKit();
});
afterEach(() => packages.remove());

function shop(body: string, from = "@acme/kit", more: BuildOptions = {}): CompiledProgram {
  const text = `import { activity, workflow } from "@continuum/runtime/workflow";
import * as kit from "${from}";
export const flow = workflow({ version: 1 }, async (n: number) => ${body});
export const used = [activity, kit];
`;
  const folder = packages.folder;
  const options = { rootDir: folder, outDir: `${folder}/shop/dist` };
  return packages.build("shop", "flow.ts", { "flow.ts": text }, { options, ...more });
}

function said(body: string, more: BuildOptions = {}): readonly string[] {
  const { diagnostics } = shop(body, "@acme/kit", more);
  return diagnostics.map(
    ({ code, place, message }) => `${code} ${place.file}:${String(place.line)} ${message}`,
  );
}

it("danger: serve a workflow as its own modules do, under the same version", () => {
  const { diagnostics, manifests } = shop("kit.twice(n)");
  expect(diagnostics).toEqual([]);
  packages.write({ "kit.ts": KIT["index.ts"], "twice.ts": KIT["twice.ts"] }, "shop/src");
  const local = shop("kit.twice(n)", "./kit.js");
  expect(manifests.get("flow")?.versionHash).toBe(local.manifests.get("flow")?.versionHash);
  packages.write({ "twice.ts": KIT["twice.ts"].replace("Two = 2", "Two = 3") }, "kit/src");
  expect(shop("kit.twice(n)").manifests.get("flow")?.versionHash).not.toBe(
    manifests.get("flow")?.versionHash,
  );
}, 60_000);

it("are proven like its own modules, and the mistake stands where the workflow brings it in", () => {
  expect(said("kit.stamp()")).toEqual([
    expect.stringMatching(/^CTM2001 src\/flow\.ts:3 `stamp`, which comes from @acme\/kit, .*`Date\.now`/),
  ]);
  expect(said("kit.stamp()", { trustedModules: [{ module: "@acme/kit", names: ["stamp"] }] })).toEqual([]);
});

it("give activities, under the package's name", () => {
  const { diagnostics, manifests, files } = shop("await activity(kit.charge(n))");
  expect(diagnostics).toEqual([]);
  expect(manifests.get("flow")?.activities).toEqual(["@acme/kit.charge"]);
  expect(files.map(({ fileName }) => fileName.replace(/^.*\//, ""))).toEqual(["flow.js"]);
});

it.each([
  ["an async function", "await kit.later(n)", "The async function `later` stands in the source"],
  ["a promise", "await kit.both()", "A promise is made in the source"],
  ["an effect", "await kit.charging(n)", "An effect is asked for in the source"],
])("danger: %s of theirs would run as it is, since nothing here compiles it", (_, body, message) => {
  expect(said(body)).toEqual([
    expect.stringMatching(
      /^CTM3110 src\/flow\.ts:3 .* of the package "@acme\/kit", which is no part of this/,
    ),
  ]);
  expect(said(body)[0]).toContain(message);
});
