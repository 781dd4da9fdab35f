import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { testProject, writeConfig } from "./fixtures/test-project.js";
import type { TestProject } from "./fixtures/test-project.js";

const require = createRequire(import.meta.url);
const ROOMY = { timeout: 120_000 };

let project: TestProject;
afterEach(() => project.remove());

const read = (name: string): string => readFileSync(join(project.folder, name), "utf8");

describe.each([
  ["5.9.3", "typescript-5"],
  ["6.0.3", "typescript"],
  ["7.0.2", "typescript-7"],
])("a project with a TypeScript %s of its own", (version, name) => {
  it(
    "is checked and built, and its own compiler accepts the project and the declarations that were written",
    ROOMY,
    async () => {
      project = testProject(name);
      writeConfig(project.write, { declaration: true, sourceMap: true });
      const tsc = join(project.folder, "node_modules/typescript/bin/tsc");
      expect(execFileSync(process.execPath, [tsc, "--version"], { encoding: "utf8" })).toContain(version);
      const checked = await project.run("check");
      expect(checked.out).toMatch(/orderFlow {2}version 3 {2}[0-9a-f]{12} {2}.*\n\nno errors\n$/);
      expect(checked.code).toBe(0);
      const { code, out } = await project.run("build");
      expect(out.startsWith(checked.out)).toBe(true);
      expect(out).toMatch(/wrote \d+ files to dist/);
      expect(code).toBe(0);
      expect(read("dist/order.js")).toContain("function* (pieces)");
      expect(read("dist/order.js")).toContain("versionHash: ");
      expect(existsSync(join(project.folder, "dist/order.js.map"))).toBe(true);
      expect(read("dist/order.d.ts")).toContain("orderFlow");
      project.write(
        "use.ts",
        'import { orderFlow } from "./dist/order.js";\nexport const flow = orderFlow;\n',
      );
      project.write(
        "tsconfig.use.json",
        '{ "extends": "./tsconfig.json", "compilerOptions": { "noEmit": true, "rootDir": "." }, "include": ["use.ts", "src"] }',
      );
      const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.use.json"], {
        cwd: project.folder,
        encoding: "utf8",
      });
      expect(stdout).toBe("");
      expect(status).toBe(0);
    },
  );
});

it("reads a tsconfig of 6 with the defaults of 6", ROOMY, async () => {
  project = testProject("typescript");
  const config = (options: object): void =>
    project.write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: {
          ...{ target: "es2023", module: "nodenext", lib: ["es2023"], skipLibCheck: true, outDir: "dist" },
          ...{ customConditions: ["@continuum/source"], ...options },
        },
        include: ["src"],
      }),
    );
  // The root is the folder of the tsconfig, and 6 wants that said; it is strict without being told.
  config({});
  expect((await project.run("build")).out).toContain("error TS5011");
  config({ rootDir: "." });
  const { code, out } = await project.run("build");
  expect(out).toContain("wrote 3 files to dist/src");
  expect(code).toBe(0);
  project.write(
    "src/bank.ts",
    "export async function charge(cents): Promise<string> {\n  return String(cents);\n}\n",
  );
  expect((await project.run("check")).out).toContain("error TS7006");
});

it("reads a tsconfig of 5.9 with the defaults of 5.9", ROOMY, async () => {
  project = testProject("typescript-5");
  // Not strict, all of @types, and the root is what the files have in common: each of them differs in 6.
  project.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        ...{ target: "es2023", module: "esnext", moduleResolution: "bundler", lib: ["es2023"] },
        ...{ skipLibCheck: true, outDir: "dist" },
      },
      include: ["src"],
    }),
  );
  project.write(
    "node_modules/@types/shelf/package.json",
    '{ "name": "@types/shelf", "types": "index.d.ts" }',
  );
  project.write("node_modules/@types/shelf/index.d.ts", "declare const shelf: number;\n");
  project.write(
    "src/bank.ts",
    "export async function charge(cents): Promise<string> {\n  return String(cents + shelf);\n}\n",
  );
  const { code, out } = await project.run("build");
  expect(out).toContain("wrote 3 files to dist");
  expect(code).toBe(0);
  expect(existsSync(join(project.folder, "dist/order.js"))).toBe(true);
});

it("writes nothing where there is an error of either kind", ROOMY, async () => {
  project = testProject();
  project.write(
    "src/pricing.ts",
    "export const priceOf = (pieces: number): number => pieces * Date.now();\n",
  );
  const { code, out } = await project.run("build");
  expect(out).toContain("CTM2001");
  expect(code).toBe(1);
  project.write("src/pricing.ts", "export const priceOf = (pieces: number): number => `${pieces}`;\n");
  expect((await project.run("build")).out).toContain("TS2322");
  expect(existsSync(join(project.folder, "dist"))).toBe(false);
});

it("writes elsewhere when told to", ROOMY, async () => {
  project = testProject();
  expect((await project.run("build", "--outDir", "built")).out).toContain("wrote 3 files to built");
  expect(existsSync(join(project.folder, "dist"))).toBe(false);
});

it(
  "writes of an incremental project what came out differently: a workflow too, whose helper was edited",
  ROOMY,
  async () => {
    project = testProject();
    writeConfig(project.write, { incremental: true });
    await project.run("build");
    const manifest = read("dist/order.js");
    const bank = statSync(join(project.folder, "dist/bank.js")).mtimeMs;
    expect((await project.run("build")).out).toContain("nothing to write");
    project.write("src/pricing.ts", "export const priceOf = (pieces: number): number => pieces * 3;\n");
    expect((await project.run("build")).code).toBe(0);
    expect(read("dist/order.js")).not.toBe(manifest);
    expect(statSync(join(project.folder, "dist/bank.js")).mtimeMs).toBe(bank);
  },
);

it("says which option of a tsconfig the compiler does not know", ROOMY, async () => {
  project = testProject("typescript-7");
  writeConfig(project.write, { optionOfTomorrow: true });
  const { code, out } = await project.run("build");
  expect(out).toContain("error CTM1322  Unknown compiler option 'optionOfTomorrow'.");
  expect(out).toContain(`TypeScript ${(require("typescript/package.json") as { version: string }).version}`);
  expect(out).toContain("tsconfig.json:1:");
  expect(code).toBe(1);
});

it("refuses a tsconfig that writes nothing, and projects in a circle", ROOMY, async () => {
  project = testProject();
  writeConfig(project.write, { noEmit: true });
  const { code, err } = await project.run("build");
  expect(err).toContain("CTM1320");
  expect(code).toBe(2);
  project.write("a/tsconfig.json", '{ "files": [], "references": [{ "path": "../b" }] }');
  project.write("b/tsconfig.json", '{ "files": [], "references": [{ "path": "../a" }] }');
  expect((await project.run("build", "-p", "a")).err).toContain("CTM1321");
  project.write("c/tsconfig.json", '{ "files": [] }');
  expect((await project.run("build", "-p", "c")).err).toContain("CTM1308");
});

it("builds the projects of a solution in their order", ROOMY, async () => {
  project = testProject();
  const options = {
    ...{ target: "es2023", module: "nodenext", lib: ["es2023"], types: [], strict: true, skipLibCheck: true },
    ...{ customConditions: ["@continuum/source"], composite: true, rootDir: ".", outDir: "out" },
  };
  project.write("money/money.ts", "export const twice = (cents: number): number => cents * 2;\n");
  project.write("money/tsconfig.json", JSON.stringify({ compilerOptions: options }));
  project.write(
    "flows/flow.ts",
    `import { workflow } from "@continuum/runtime/workflow";
import { twice } from "../money/money.js";
export const flow = workflow({ version: 1 }, async (cents: number) => twice(cents));
`,
  );
  project.write(
    "flows/tsconfig.json",
    JSON.stringify({ compilerOptions: options, references: [{ path: "../money" }] }),
  );
  project.write(
    "tsconfig.json",
    '{ "files": [], "references": [{ "path": "./flows" }, { "path": "./money" }] }',
  );
  const { code, out } = await project.run("build");
  expect(out).toContain("flow");
  expect(code).toBe(0);
  expect(existsSync(join(dirname(join(project.folder, "money/out/money.js")), "money.d.ts"))).toBe(true);
  expect(read("flows/out/flow.js")).toContain("function* (cents)");
});
