import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildProject } from "./build-project.js";
import { checkProject } from "./check-project.js";

const packages = fileURLToPath(new URL("../../node_modules/@continuum", import.meta.url));
const FLOW = `import { workflow } from "@continuum/runtime/workflow";
import { twice } from "@shop/money";
export const flow = workflow({ version: 1 }, async (cents: number) => twice(cents));
`;

let shop: string;
beforeEach(() => {
  shop = realpathSync(mkdtempSync(join(tmpdir(), "continuum-check-")));
  const options = {
    ...{ target: "es2023", module: "nodenext", lib: ["es2023"], types: [], strict: true, skipLibCheck: true },
    ...{ customConditions: ["@continuum/source"], composite: true, rootDir: ".", outDir: "out" },
  };
  write("money/money.ts", "export const twice = (cents: number): number => cents * 2;\n");
  write("money/tsconfig.json", JSON.stringify({ compilerOptions: options }));
  write(
    "money/package.json",
    '{ "name": "@shop/money", "type": "module", "exports": { "types": "./out/money.d.ts", "default": "./out/money.js" } }',
  );
  write("flows/package.json", '{ "name": "@shop/flows", "type": "module" }');
  write("flows/flow.ts", FLOW);
  write(
    "flows/tsconfig.json",
    JSON.stringify({ compilerOptions: options, references: [{ path: "../money" }] }),
  );
  write("tsconfig.json", '{ "files": [], "references": [{ "path": "./flows" }, { "path": "./money" }] }');
  mkdirSync(join(shop, "node_modules/@shop"), { recursive: true });
  symlinkSync(packages, join(shop, "node_modules/@continuum"));
  symlinkSync(join(shop, "money"), join(shop, "node_modules/@shop/money"));
});
afterEach(() => rmSync(shop, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(shop, name)), { recursive: true });
  writeFileSync(join(shop, name), text);
}

function check(folder: string): {
  readonly codes: readonly string[];
  readonly hashes: readonly (string | null)[];
} {
  const { findings, workflows } = checkProject({ tsconfig: join(shop, folder), currentDirectory: shop });
  return { codes: findings.map(({ code }) => code), hashes: workflows.map(({ hash }) => hash) };
}

const OPTIONS = { timeout: 60_000 };

it("checks projects that refer to others that were never built, and writes nothing", OPTIONS, () => {
  const solution = check(".");
  expect(solution.codes).toEqual([]);
  const flows = check("flows");
  expect(flows).toEqual(solution);
  expect(readdirSync(join(shop, "money"))).not.toContain("out");
  const built = buildProject({ tsconfig: shop, currentDirectory: shop });
  expect(built.workflows.map(({ hash }) => hash)).toEqual(solution.hashes);
});

it("judges what a referenced project is now, not what was built of it", OPTIONS, () => {
  buildProject({ tsconfig: shop, currentDirectory: shop });
  const before = check("flows");
  write("money/money.ts", "export const twice = (cents: number): number => cents * 3;\n");
  const edited = check("flows");
  expect(edited.codes).toEqual([]);
  expect(edited.hashes).not.toEqual(before.hashes);
  write("money/money.ts", "export const twice = (cents: number): number => cents * Date.now();\n");
  expect(check("flows").codes).toEqual(["CTM2001"]);
  expect(check(".").codes).toEqual(["CTM2001"]);
});

it("says of a project that was not checked why, and nothing that would only follow from it", OPTIONS, () => {
  write("money/money.ts", 'export const twice = (cents: number): number => "two";\n');
  expect(check(".").codes).toEqual(["TS2322", "CTM1323"]);
  expect(check("flows").codes).toEqual(["TS2322", "CTM1323"]);
});

it("leaves an import that leads nowhere to TypeScript, once, unless a comment silences that", OPTIONS, () => {
  const flow = (comment: string): string => `import { workflow } from "@continuum/runtime/workflow";
${comment}
import { gone, Gone } from "./gone.js";
const total = (n: number): number => gone(n) + new Gone().total;
export const flow = workflow({ version: 1 }, async (n: number): Promise<number> => total(n));
`;
  write("flows/flow.ts", flow(""));
  expect(check("flows").codes).toEqual(["TS2307"]);
  write("flows/flow.ts", flow("// @ts-ignore"));
  expect(check("flows").codes).toEqual(["CTM2018"]);
  write("flows/flow.ts", flow("").replace(/^import \{ gone.*\n/m, "const Gone = Map;"));
  expect(new Set(check("flows").codes)).toEqual(new Set(["TS2552", "TS2339"]));
});

it("takes declarations that the tsconfig includes for those of their package", OPTIONS, () => {
  write("plain/package.json", '{ "name": "plain", "type": "module", "exports": "./index.js" }');
  write("plain/index.d.ts", "export declare function half(n: number): number;\n");
  write("plain/index.js", "export const half = (n) => n / 2;\n");
  symlinkSync(join(shop, "plain"), join(shop, "node_modules/plain"));
  const options = { target: "es2023", module: "nodenext", lib: ["es2023"], types: [], strict: true };
  write(
    "flows/tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        ...options,
        skipLibCheck: true,
        noEmit: true,
        customConditions: ["@continuum/source"],
      },
      include: ["*.ts", "../plain/*.d.ts"],
    }),
  );
  const flow = (body: string): string => `import { workflow } from "@continuum/runtime/workflow";
import { half } from "plain";
import { half as other } from "../plain/index.js";
export const flow = workflow({ version: 1 }, async (n: number) => ${body});
export const used = [half, other];
`;
  write("flows/flow.ts", flow("half(n)"));
  expect(check("flows").codes).toEqual([]);
  write("flows/flow.ts", flow("other(n)"));
  const { codes, hashes } = check("flows");
  expect(codes).toEqual([]);
  // A path has no range: what stands behind it is in the hash.
  write("plain/index.js", "export const half = (n) => n * 0.5;\n");
  expect(check("flows").hashes).not.toEqual(hashes);
  rmSync(join(shop, "plain/index.js"));
  const { findings } = checkProject({ tsconfig: join(shop, "flows"), currentDirectory: shop });
  expect(findings.map(({ code, hint }) => [code, hint])).toEqual([
    ["CTM2010", expect.stringContaining('trustedModules: [{ module: "plain", names: ["half"] }]')],
  ]);
});
