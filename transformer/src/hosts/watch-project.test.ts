import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "continuum-watch-"));
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

it("answers again without looking where nothing was reported", () => {
  const project = watchProject({ tsconfig: folder });
  const first = project.check();
  expect(project.check()).toBe(first);
  project.close();
});

function toggle(index: number): string {
  const [name, from, to] = EDITS[index] ?? EDITS[0]!;
  const path = join(folder, name);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.includes(to) ? text.replace(to, from) : text.replace(from, to));
  return path;
}
