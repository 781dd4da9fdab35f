/*
 * Packages of JavaScript that were not compiled with a summary, and are linked or copied from a folder: no version of theirs tells of
 * an edit, so the version hash must.
 */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { watchProject } from "./watch-project.js";
import { packageFolder } from "./fixtures/packages.js";
import type { PackageFolder } from "./fixtures/packages.js";

let packages: PackageFolder;
beforeEach(() => {
  packages = packageFolder();
  kit("return pieces * 2;");
  use("workspace:*");
});
afterEach(() => packages.remove());

/** The package as it is: its function has this body, in a file that its entry exports from. */
function kit(body: string, more: Readonly<Record<string, string>> = {}): void {
  const files = {
    "index.js": 'export { priceOf } from "./pricing.js";\n',
    "index.d.ts": "export declare function priceOf(pieces: number): number;\n",
    "pricing.js": `export function priceOf(pieces) { ${body} }\n`,
    ...more,
  };
  packages.write(files, "kit/dist");
}

function use(range: string): void {
  const manifest = { name: "shop", type: "module", dependencies: { "@acme/kit": range } };
  packages.write({ "package.json": JSON.stringify(manifest) }, "shop");
}

function hash(text = "async (n: number) => priceOf(n)"): string {
  const flow = `import { workflow } from "@continuum/runtime/workflow";
import { priceOf } from "@acme/kit";
export const flow = workflow({ version: 1 }, ${text});
export const used = priceOf;
`;
  const { diagnostics, manifests } = packages.build("shop", "flow.ts", { "flow.ts": flow });
  expect(diagnostics).toEqual([]);
  return manifests.get("flow")?.versionHash ?? "none";
}

/** As `install` does: a copy below node_modules. */
function copyKit(): void {
  const at = join(packages.folder, "shop/node_modules/@acme/kit");
  rmSync(at, { recursive: true, force: true });
  cpSync(join(packages.folder, "kit/dist"), join(at, "dist"), { recursive: true });
  cpSync(join(packages.folder, "kit/package.json"), join(at, "package.json"));
}

describe("of a package that is linked", () => {
  beforeEach(() => packages.linkKit());

  it("danger: a change of a body of its JavaScript gives a new version, and the old text the old one", () => {
    const before = hash();
    kit("return pieces * 3;");
    const after = hash();
    kit("return pieces * 2;");
    expect([after === before, hash() === before]).toEqual([false, true]);
  });

  it("the range counts for nothing more than the link, which may be there under any range", () => {
    use("^1.0.0");
    const before = hash();
    kit("return pieces * 3;");
    expect(hash()).not.toBe(before);
  });

  it("a file that its code does not load, its types and another line ending give none", () => {
    const before = hash();
    kit("return pieces * 2;", {
      "other.js": "export const other = 1;\n",
      "index.js": 'export { priceOf } from "./pricing.js";\r\n',
      "index.d.ts": "/** What it costs. */\nexport declare function priceOf(count: number): number;\n",
    });
    expect(hash()).toBe(before);
  });

  it("a workflow that does not reach it keeps its version", () => {
    const before = hash("async (n: number) => n");
    kit("return pieces * 3;");
    expect(hash("async (n: number) => n")).toBe(before);
  });

  it("the range of what it uses itself counts", () => {
    const withRange = (range: string): string => {
      const manifest = { name: "@acme/kit", type: "module", dependencies: { money: range } };
      const exports = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } };
      packages.write({ "package.json": JSON.stringify({ ...manifest, exports }) }, "kit");
      return hash();
    };
    kit("return twice(pieces);", {
      "pricing.js":
        'import { twice } from "money";\nexport function priceOf(pieces) { return twice(pieces); }\n',
    });
    const money = { "package.json": '{ "name": "money", "type": "module", "main": "index.js" }' };
    packages.write(
      { ...money, "index.js": "export const twice = (n) => n * 2;\n" },
      "kit/node_modules/money",
    );
    expect(withRange("^1.0.0")).not.toBe(withRange("^2.0.0"));
  });
});

it("is followed by whoever watches the project", () => {
  packages.linkKit();
  hash();
  const project = watchProject({
    ...{ rootNames: [`${packages.folder}/shop/src/flow.ts`], currentDirectory: `${packages.folder}/shop` },
    compilerOptions: { module: 199, moduleResolution: 99, target: 10, lib: ["lib.es2023.d.ts"], types: [] },
  });
  const found = (): unknown => project.check().workflows.map((workflow) => workflow.hash);
  const before = found();
  const pricing = `${packages.folder}/kit/dist/pricing.js`;
  expect(project.watched().files).toContain(pricing);
  kit("return pieces * 3;");
  project.changed(pricing);
  expect(found()).not.toEqual(before);
  project.close();
}, 60_000);

it("danger: a copy of a folder changes under one range, and is no release", () => {
  use("file:../kit");
  copyKit();
  const before = hash();
  kit("return pieces * 3;");
  copyKit();
  expect(hash()).not.toBe(before);
});

it("a release is what its range says: two machines with one checkout agree", () => {
  use("^1.0.0");
  copyKit();
  const before = hash();
  kit("return 2 * pieces;");
  copyKit();
  expect(hash()).toBe(before);
});
