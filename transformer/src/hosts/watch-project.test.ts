import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkProject } from "./check-project.js";
import { watchProject } from "./watch-project.js";

const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));

const FILES = {
  "order.ts": `import { activity, workflow } from "@continuum/runtime/workflow";
import { charge } from "./bank.js";
import { priced } from "./pricing.js";
export const orderFlow = workflow({ version: 1 }, async (pieces: number) => {
  const price = await priced(pieces);
  return await activity(charge(price.cents));
});
`,
  "pricing.ts": `import type { Price } from "./types.js";
import { rate } from "./rates.js";
export async function priced(pieces: number): Promise<Price> {
  return { cents: pieces * rate(pieces), currency: "EUR" };
}
`,
  "rates.ts": `export function rate(pieces: number) {
  return pieces > 10 ? 90 : 100;
}
`,
  "types.ts": `export interface Price {
  readonly cents: number;
  readonly currency: "EUR" | "USD";
}
`,
  "bank.ts": `export async function charge(cents: number): Promise<string> {
  return String(cents);
}
`,
} as const;

/** Each takes one text for another, or puts it back. */
const EDITS: readonly (readonly [keyof typeof FILES, string, string])[] = [
  ["rates.ts", "90", "85"],
  ["rates.ts", "90 : 100", "90 : Date.now()"],
  ["rates.ts", ": 100", ': "many"'],
  ["rates.ts", "return pieces", "// how many\n  return pieces"],
  ["types.ts", "cents: number", "cents: string"],
  ["types.ts", '"EUR" | "USD"', '"USD"'],
  ["types.ts", "export interface", "declare global {\n  var cents: string;\n}\nexport interface"],
  ["bank.ts", "cents: number", "euros: bigint"],
  ["bank.ts", "String(cents)", "String(cents) + Date.now()"],
  ["pricing.ts", 'currency: "EUR"', 'currency: "GBP"'],
  ["order.ts", "version: 1", "version: 2"],
  ["order.ts", "activity(charge(price.cents))", "price"],
];

/** Of edits that follow one another, what an edit of declarations and one of a body leave behind. */
const REHEARSED = 2;
const ROOMY = { timeout: 60_000 };

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "continuum-watch-")));
  symlinkSync(packages, join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "name": "shop", "type": "module" }');
  const compilerOptions = {
    ...{ target: "es2023", module: "esnext", moduleResolution: "bundler", lib: ["es2023"], types: [] },
    ...{ strict: true, skipLibCheck: true, customConditions: ["@continuum/source"] },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("finds, after any edits, what a project that is opened anew finds", { timeout: 240_000 }, () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: EDITS.length - 1 }), { minLength: 1, maxLength: 2 }), {
        minLength: 5,
        maxLength: 5,
      }),
      (rounds) => {
        for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
        const project = watchProject({ tsconfig: folder });
        project.check();
        for (const round of rounds) {
          for (const index of round) project.changed(toggle(index));
          expect(project.check()).toEqual(checkProject({ tsconfig: folder }));
          for (let turn = 0; turn < REHEARSED; turn++) project.rehearse();
        }
        project.close();
      },
    ),
    // Changed declarations first: what they concern stands in files that nobody edits.
    { numRuns: 3, examples: [[[[4], [2], [4, 2], [6], [6, 7]]]] },
  );
});

it("takes in files that appear and leaves out those that go", () => {
  const project = watchProject({ tsconfig: folder });
  expect(project.check().workflows.map(({ name }) => name)).toEqual(["orderFlow"]);
  const refund = join(folder, "refund.ts");
  writeFileSync(refund, FILES["order.ts"].replace("orderFlow", "refundFlow"));
  project.changed(refund);
  expect(project.check().workflows.map(({ name }) => name)).toEqual(["orderFlow", "refundFlow"]);
  rmSync(refund);
  project.changed(refund);
  expect(project.check().workflows.map(({ name }) => name)).toEqual(["orderFlow"]);
  project.close();
});

it(
  "comes to the findings that it had when it rehearses an edit, whatever the disk says meanwhile",
  ROOMY,
  () => {
    writeFileSync(join(folder, "bank.ts"), FILES["bank.ts"].replace("String(cents)", "String(cents.euros)"));
    const project = watchProject({ tsconfig: folder });
    // There is nothing that could be rehearsed.
    expect(project.rehearse()).toBe(false);
    let checked = project.check();
    expect(checked.findings.map(({ code }) => code)).toEqual(["TS2339"]);
    const rates = join(folder, "rates.ts");
    writeFileSync(rates, FILES["rates.ts"].replace("90", "Date.now()"));
    for (let isMore = true, turns = 0; isMore; turns++) {
      isMore = project.rehearse();
      const again = project.check();
      expect(again).not.toBe(checked);
      expect(again).toEqual(checked);
      checked = again;
      expect(turns).toBeLessThan(100);
    }
    expect(project.rehearse()).toBe(false);
    expect(project.check()).toBe(checked);
    project.changed(rates);
    expect(project.check()).toEqual(checkProject({ tsconfig: folder }));
    expect(project.check()).not.toEqual(checked);
    project.close();
  },
);

it("rehearses nothing while there is an edit to be checked, nor for one that it can't check", ROOMY, () => {
  const project = watchProject({ tsconfig: folder });
  project.check();
  expect(project.rehearse()).toBe(true);
  project.changed(toggle(0));
  expect(project.rehearse()).toBe(false);
  expect(project.check()).toEqual(checkProject({ tsconfig: folder }));
  expect(project.rehearse()).toBe(true);
  const config = join(folder, "tsconfig.json");
  const text = readFileSync(config, "utf8");
  writeFileSync(config, `${text}{`);
  project.changed(config);
  expect(() => project.check()).toThrow("CTM1303");
  expect(project.rehearse()).toBe(false);
  writeFileSync(config, text);
  project.changed(config);
  expect(project.check()).toEqual(checkProject({ tsconfig: folder }));
  expect(project.rehearse()).toBe(true);
  project.close();
});

it("answers again without looking where nothing was reported", () => {
  const project = watchProject({ tsconfig: folder });
  const first = project.check();
  expect(project.check()).toBe(first);
  project.close();
});

/** A solution of two projects, of which neither was ever built. */
function solution(): void {
  const compilerOptions = {
    ...{ target: "es2023", module: "nodenext", lib: ["es2023"], types: [], strict: true, skipLibCheck: true },
    ...{ customConditions: ["@continuum/source"], composite: true, rootDir: ".", outDir: "out" },
  };
  const money =
    '{ "name": "@shop/money", "type": "module", "exports": { "types": "./out/money.d.ts", "default": "./out/money.js" } }';
  const files = {
    "tsconfig.json": JSON.stringify({ files: [], references: [{ path: "flows" }, { path: "money" }] }),
    "money/tsconfig.json": JSON.stringify({ compilerOptions }),
    "money/package.json": money,
    "money/money.ts":
      'export { rate } from "./rates.js";\nexport const twice = (cents: number): number => cents * 2;\n',
    "money/rates.ts": "export const rate = (pieces: number): number => (pieces > 10 ? 90 : 100);\n",
    "flows/tsconfig.json": JSON.stringify({ compilerOptions, references: [{ path: "../money" }] }),
    "flows/package.json": '{ "name": "@shop/flows", "type": "module" }',
    "flows/order.ts": `import { workflow } from "@continuum/runtime/workflow";
import { rate, twice } from "@shop/money";
export const flow = workflow({ version: 1 }, async (pieces: number) => twice(rate(pieces)));
`,
  };
  rmSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  mkdirSync(join(folder, "node_modules/@shop"), { recursive: true });
  symlinkSync(join(packages, "@continuum"), join(folder, "node_modules/@continuum"));
  symlinkSync(join(folder, "money"), join(folder, "node_modules/@shop/money"));
}

it(
  "follows a solution: an edit concerns the projects that refer to it, built or not",
  { timeout: 240_000 },
  () => {
    solution();
    const config = { tsconfig: folder, currentDirectory: folder };
    const all = watchProject(config);
    const flows = watchProject({ ...config, tsconfig: join(folder, "flows") });
    const hashes = new Set<string | null>();
    const agrees = (codes: readonly string[]): void => {
      const checked = all.check();
      expect(checked).toEqual(checkProject(config));
      const said = checked.findings.filter(({ code }) => code !== "CTM2031").map(({ code }) => code);
      expect(Array.from(new Set(said))).toEqual(codes);
      for (const { hash } of checked.workflows) hashes.add(hash);
    };
    const edit = (name: string, from: string, to: string, codes: readonly string[]): void => {
      const path = join(folder, name);
      const text = readFileSync(path, "utf8");
      expect(text).toContain(from);
      writeFileSync(path, text.replace(from, to));
      for (const project of [all, flows]) project.changed(path);
      agrees(codes);
    };
    agrees([]);
    while (all.rehearse()) agrees([]);
    edit("money/rates.ts", "90", "85", []);
    expect(hashes.size).toBe(2);
    edit("money/rates.ts", "85", "Date.now()", ["CTM2001"]);
    edit("money/rates.ts", ": number =>", ": string =>", ["TS2322", "CTM1323"]);
    // While it is not checked, what refers to it is edited.
    edit("flows/order.ts", "rate(pieces)", "rate(pieces) + 1", ["TS2322", "CTM1323"]);
    edit("money/rates.ts", ": string =>", ": number =>", ["CTM2001"]);
    edit("money/rates.ts", "Date.now()", "90", []);
    edit("money/money.ts", "twice", "thrice", ["TS2305"]);
    edit("flows/order.ts", "rate, twice", "rate, thrice as twice", []);
    expect(existsSync(join(folder, "money/out"))).toBe(false);
    // It sees of the project that it refers to what it is now, too.
    expect(flows.check()).toEqual(all.check());
    all.close();
    flows.close();
  },
);

it("looks names up anew in projects that refer to one with a new module", { timeout: 60_000 }, () => {
  solution();
  const flow = join(folder, "flows/order.ts");
  writeFileSync(flow, `export { fees } from "../money/fees.js";\n${readFileSync(flow, "utf8")}`);
  const project = watchProject({ tsconfig: folder, currentDirectory: folder });
  const codes = (): readonly string[] => project.check().findings.map(({ code }) => code);
  expect(codes()).toEqual(["TS2307"]);
  const fees = join(folder, "money/fees.ts");
  writeFileSync(fees, "export const fees = 5;\n");
  project.changed(fees);
  expect(codes()).toEqual([]);
  const { folders, files } = project.watched();
  expect(folders.map((path) => path.slice(folder.length)).sort()).toEqual(["/flows", "/money"]);
  expect(files).toContain(join(folder, "tsconfig.json"));
  project.close();
});

function toggle(index: number): string {
  const [name, from, to] = EDITS[index] ?? EDITS[0]!;
  const path = join(folder, name);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.includes(to) ? text.replace(to, from) : text.replace(from, to));
  return path;
}
