import { afterAll, describe, expect, it } from "vitest";
import { testProject } from "./fixtures/test-project.js";
import type { TestProject } from "./fixtures/test-project.js";

const PATH = "@continuum/transformer/ts-patch";
const FILES = {
  "node_modules/left-pad/package.json": '{ "name": "left-pad", "version": "1.3.0", "types": "index.d.ts" }',
  "node_modules/left-pad/index.d.ts":
    "export declare function leftPad(text: string, length: number): string;\n",
  "src/order.ts": `import { workflow } from "@continuum/runtime/workflow";
import { leftPad } from "left-pad";
export const orderFlow = workflow({ version: 1 }, async ({ id }: { id: string }) => leftPad(id, 8));
`,
};

const made: TestProject[] = [];

function project(
  plugin: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> = {},
): TestProject {
  const created = testProject(FILES, { plugins: [{ transform: PATH, ...plugin }], ...options });
  made.push(created);
  return created;
}

afterAll(() => made.forEach((each) => each.remove()));

describe.concurrent("the plugin's entry in tsconfig.json", () => {
  it(
    "is refused when `transformProgram` is missing, and nothing fails silently",
    { timeout: 60_000 },
    async () => {
      const { exitCode, output } = await project({}).tspc("-p", ".");
      expect(output).toContain("CTM1313");
      expect(output).toContain('"transformProgram": true');
      expect(output).toMatch(/^tsconfig\.json\(\d+,\d+\): error/m);
      expect(exitCode).not.toBe(0);
    },
  );

  it("is refused with an option that does not exist, at its place", { timeout: 60_000 }, async () => {
    const { exitCode, output } = await project({ transformProgram: true, trustModules: ["left-pad"] }).tspc(
      "-p",
      ".",
      "--noEmit",
    );
    expect(output).toMatch(
      /^tsconfig\.json\(\d+,\d+\): error TS1310: CTM1310: .*"trustModules".*"trustedModules"/m,
    );
    expect(exitCode).not.toBe(0);
  });

  it("is refused with a value of the wrong form", { timeout: 60_000 }, async () => {
    const { exitCode, output } = await project({ transformProgram: true, trustedModules: "left-pad" }).tspc(
      "-p",
      ".",
      "--noEmit",
    );
    expect(output).toContain("CTM1311");
    expect(exitCode).not.toBe(0);
  });

  for (const args of [["-p", "."], ["-b"]]) {
    it(
      `counts when it changes, whatever a .tsbuildinfo says (${args.join(" ")})`,
      { timeout: 120_000 },
      async () => {
        const shop = project({ transformProgram: true, trustedModules: ["left-pad"] }, { incremental: true });
        const trust = (trustedModules: readonly string[]): void =>
          shop.configure({
            incremental: true,
            plugins: [{ transform: PATH, transformProgram: true, trustedModules }],
          });
        expect(await shop.tspc(...args)).toEqual({ exitCode: 0, output: "" });
        const { "order.js": compiled } = shop.emitted();
        trust([]);
        const distrusting = await shop.tspc(...args);
        expect(distrusting.output).toMatch(/src\/order\.ts\(3,\d+\): error TS\d+: CTM2\d\d\d/);
        expect(distrusting.exitCode).not.toBe(0);
        trust(["left-pad"]);
        expect(await shop.tspc(...args)).toEqual({ exitCode: 0, output: "" });
        expect(shop.emitted()["order.js"]).toBe(compiled);
      },
    );
  }
});
