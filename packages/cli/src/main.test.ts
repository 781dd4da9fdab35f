import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testProject } from "./fixtures/test-project.js";
import type { TestProject } from "./fixtures/test-project.js";

const IMPURE = "export function priceOf(pieces: number): number {\n  return pieces * Date.now();\n}\n";

let project: TestProject;
beforeEach(() => (project = testProject()));
afterEach(() => project.remove());

/** Most of these compile the project more than once. */
describe("check", { timeout: 60_000 }, () => {
  it("lists the workflows of a program without mistakes, and ends with 0", async () => {
    const { code, out } = await project.run("check");
    expect(out).toMatch(
      /^1 workflow\n {2}orderFlow {2}version 3 {2}[0-9a-f]{12} {2}src\/order\.ts:5 {2}1 activity, 1 timer\n/,
    );
    expect(out).toContain("no errors");
    expect(code).toBe(0);
  });

  it("shows a mistake with its lines, the way to it and the fix, beside TypeScript's, and ends with 1", async () => {
    project.write("src/pricing.ts", IMPURE);
    project.write(
      "src/bank.ts",
      "export async function charge(cents: number): Promise<string> {\n  return cents;\n}\n",
    );
    const { code, out } = await project.run("check");
    expect(out).toContain(
      [
        "  src/pricing.ts:2:19",
        "  1 │ export function priceOf(pieces: number): number {",
        "  2 │   return pieces * Date.now();",
        "    │                   ^^^^^^^^",
        "  3 │ }",
        "",
        "  ↳ `orderFlow` calls `priceOf`  src/order.ts:7:32",
        "",
        "  fix Use now()",
      ].join("\n"),
    );
    expect(out).toContain("error CTM2001  ");
    expect(out).toContain("error TS2322  Type 'number' is not assignable to type 'string'.");
    expect(out).toContain("2 errors in 2 files");
    expect(out).not.toContain("\x1b[");
    expect(code).toBe(1);
  });

  it("tells programs the same as JSON", async () => {
    project.write("src/pricing.ts", IMPURE);
    const { code, out } = await project.run("check", "--format", "json");
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      errors: 1,
      warnings: 0,
      diagnostics: [
        {
          code: "CTM2001",
          severity: "error",
          file: "src/pricing.ts",
          line: 2,
          column: 19,
          path: [{ text: "`orderFlow` calls `priceOf`", file: "src/order.ts", line: 7, column: 32 }],
        },
      ],
      workflows: [{ name: "orderFlow", hash: null }],
    });
    expect(code).toBe(1);
  });

  it("believes the trustedModules of the plugin's entry in the tsconfig, and refuses mistyped ones", async () => {
    const config = (entry: object): string =>
      JSON.stringify({
        compilerOptions: {
          ...{ target: "es2023", module: "nodenext", lib: ["es2023"], types: [], skipLibCheck: true },
          ...{ customConditions: ["@continuum/source"] },
          plugins: [{ transform: "@continuum/transformer/ts-patch", transformProgram: true, ...entry }],
        },
        include: ["src"],
      });
    project.write("node_modules/round/package.json", '{ "name": "round", "types": "index.d.ts" }');
    project.write("node_modules/round/index.d.ts", "export declare function round(n: number): number;\n");
    project.write(
      "src/pricing.ts",
      'import { round } from "round";\nexport const priceOf = (pieces: number): number => round(pieces);\n',
    );
    project.write("tsconfig.json", config({}));
    expect((await project.run("check")).out).toContain("CTM2010");
    expect((await project.run("check", "--trust", "round")).code).toBe(0);
    project.write("tsconfig.json", config({ trustedModules: ["round"] }));
    expect((await project.run("check")).code).toBe(0);
    project.write("tsconfig.json", config({ trustedModule: ["round"] }));
    const { code, out } = await project.run("check");
    expect(out).toContain("error CTM1310");
    expect(code).toBe(1);
  });
});

describe("wrong usage ends with 2", () => {
  it.each([
    [["chekc"], "CTM1330", "Did you mean: continuum check"],
    [["check", "--formt", "json"], "CTM1331", "Did you mean --format?"],
    [["check", "--format", "jsn"], "CTM1331", "Did you mean: --format json"],
    [["check", "--project"], "CTM1331", "Write: --project PATH"],
    [["check", "src"], "CTM1331", "with -p"],
    [["check", "--watch", "--format", "sarif"], "CTM1331", "--format json, or leave out --watch"],
    [["check", "--watch", "--format", "github"], "CTM1331", "--format json, or leave out --watch"],
    [["check", "-p", "nowhere/tsconfig.json"], "CTM1303", "Name a tsconfig.json"],
    [["help", "chekc"], "CTM1330", "Did you mean: continuum check"],
    [["build", "--out", "lib"], "CTM1331", "Did you mean --outDir?"],
    [["check", "-p", "nowhere"], "CTM1303", "or a folder that has one"],
    [["check", "-p", "/"], "CTM1303", "Run the command in the project's folder"],
    [["explain", "CTM2100"], "CTM1332", "CTM2010"],
    [["explain", "TS2322"], "CTM1332", "TypeScript"],
    [["versions", "diff"], "CTM1331", "versions diff deployed.json"],
    [["versions", "diff", "package.json"], "CTM1333", "versions --json"],
  ])("%j", async (args, code, hint) => {
    const { code: exit, out, err } = await project.run(...args);
    expect(err).toContain(`error ${code}  `);
    expect(err).toContain(hint);
    expect(out).toBe("");
    expect(exit).toBe(2);
  });
});

describe("a tsconfig that can't be used", () => {
  it.each([
    [
      '{\n  "include": ["src"],\n  "files": [}\n',
      "CTM1303",
      "tsconfig.json:3:13 can't be read",
      "Mend the tsconfig",
    ],
    ['{ "extends": "./gone.json", "include": ["none"] }', "CTM1303", "gone.json", "Mend the tsconfig"],
    ['{ "compilerOptions": { "target": "es2099" }, "include": ["none"] }', "CTM1303", "--target", "Mend"],
    ['{ "include": ["none"] }', "CTM1308", "matches nothing", "Name the tsconfig"],
    ["", "CTM1308", "names no source files", "Name the tsconfig"],
  ])("%j", async (config, code, message, hint) => {
    project.write("app/tsconfig.json", config);
    const { code: exit, out, err } = await project.run("check", "-p", "app");
    expect(err).toContain(`error ${code}  `);
    expect(err).toContain(message);
    expect(err).toContain(hint);
    expect(out).toBe("");
    expect(exit).toBe(2);
  });
});

describe("explain and rules", () => {
  it("prints the page of a code, however it is written", async () => {
    const { code, out } = await project.run("explain", "CTM2001");
    expect(out).toMatch(/^# CTM2001: workflow code reads the clock\n/);
    expect(code).toBe(0);
    expect((await project.run("explain", "ctm2001")).out).toBe(out);
    expect((await project.run("explain", "2001")).out).toBe(out);
  });

  it("prints what is known of an API", async () => {
    expect((await project.run("rules", "Math.random")).out).toContain("Math.random  refused  CTM2002");
    expect((await project.run("rules", "setTimout")).out).toContain("Did you mean setTimeout?");
  });

  it("gives programs the table, in the form that the documentation tells", async () => {
    const { format, apis, ...others } = JSON.parse((await project.run("rules", "--json")).out) as {
      readonly format: number;
      readonly apis: readonly Readonly<Record<string, unknown>>[];
    };
    expect(format).toBe(1);
    expect(others).toEqual({});
    expect(apis.length).toBeGreaterThan(1000);
    const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
    const wrong = apis.filter(({ name, verdict, condition, family, code, hint, ...more }) => {
      const isRefused = verdict === "impure" || verdict === "conditional";
      const isFull =
        isText(name) &&
        (isRefused || verdict === "pure") &&
        (verdict === "conditional" ? isText(condition) : condition === null) &&
        (isRefused ? isText(family) && /^CTM2\d{3}$/.test(String(code)) : family === null && code === null) &&
        (isRefused ? isText(hint) : hint === null);
      return !isFull || Object.keys(more).length > 0;
    });
    expect(wrong).toEqual([]);
    expect(new Set(apis.map(({ name }) => name)).size).toBe(apis.length);
    expect(apis.find(({ name }) => name === "DateConstructor.now")).toMatchObject({
      ...{ verdict: "impure", condition: null, family: "clock", code: "CTM2001" },
    });
    const some = JSON.parse((await project.run("rules", "Math.random", "--json")).out) as object;
    expect(some).toMatchObject({ format: 1, apis: [{ name: "Math.random", code: "CTM2002" }] });
  });
});

describe("versions", { timeout: 60_000 }, () => {
  it("names what changed between a list that was kept and now", async () => {
    const before = await project.run("versions", "--json");
    project.write("deployed.json", before.out);
    expect((await project.run("versions", "diff", "deployed.json")).out).toContain("Nothing changed");
    project.write(
      "src/pricing.ts",
      "export function priceOf(pieces: number): number {\n  // dear\n  return pieces * 3;\n}\n",
    );
    const { code, out } = await project.run("versions", "diff", "deployed.json");
    expect(out).toMatch(
      /^orderFlow {2}changed {2}version 3 {2}[0-9a-f]{12} → [0-9a-f]{12}\n {2}`priceOf` in src\/pricing\.ts:1 changed\n$/,
    );
    expect(code).toBe(0);
  });

  it("says of a program with errors what they are, and that it has no versions", async () => {
    project.write("src/pricing.ts", IMPURE);
    const { code, out, err } = await project.run("versions", "--json");
    expect(err).toContain("CTM2001");
    expect(out).toBe("");
    expect(code).toBe(1);
  });
});
