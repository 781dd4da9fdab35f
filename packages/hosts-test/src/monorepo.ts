/*
 * A workspace of three packages: `app` holds the workflows, `@acme/payments` what they use, and `@acme/money` what that uses. A bundler
 * may take the two from their sources or from what was built of them.
 */
import {
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

const own = join(import.meta.dirname, "../node_modules");

const library = (name: string): string =>
  JSON.stringify({
    name,
    type: "module",
    exports: {
      ".": { "@acme/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
    },
  });

const project = (...references: readonly string[]): string =>
  JSON.stringify({
    extends: "../../tsconfig.base.json",
    references: references.map((name) => ({ path: `../${name}` })),
  });

const FILES: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "tsconfig.json": JSON.stringify({ files: [], references: [{ path: "packages/app" }] }),
  "packages/money/package.json": library("@acme/money"),
  "packages/money/tsconfig.json": project(),
  "packages/money/src/index.ts": `export { rounded } from "./rounding.js";\n`,
  "packages/money/src/rounding.ts": `const DIGITS = 2;
export function rounded(amount: number): number {
  const factor = 10 ** DIGITS;
  return Math.round(amount * factor) / factor;
}
`,
  "packages/payments/package.json": library("@acme/payments"),
  "packages/payments/tsconfig.json": project("money"),
  "packages/payments/src/index.ts": `export { Basket } from "./basket.js";
export { charge, refund } from "./bank.js";
export { settle, settlement, unused } from "./settle.js";
export type { Line } from "./basket.js";
`,
  "packages/payments/src/bank.ts": `export async function charge(cents: number): Promise<string> { return "charged " + String(cents); }
export async function refund(cents: number): Promise<string> { return "refunded " + String(cents); }
`,
  "packages/payments/src/basket.ts": `import { rounded } from "@acme/money";
export interface Line { readonly price: number; readonly pieces: number }
export class Basket {
  readonly #lines: Line[] = [];
  add(line: Line): this { this.#lines.push(line); return this; }
  total(): number { return rounded(this.#lines.reduce((sum, { price, pieces }) => sum + price * pieces, 0)); }
  started(): number { return Date.now(); }
}
`,
  // The app reaches neither the first effect nor the first function: what it reaches is counted as the package counts.
  "packages/payments/src/settle.ts": `import { activity, timer, workflow } from "@continuum/runtime/workflow";
import { charge, refund } from "./bank.js";
export async function unused(cents: number): Promise<string> { await timer(9); return await activity(charge(cents)); }
export async function settle(cents: number): Promise<string> {
  await timer(5);
  return await activity(refund(cents));
}
export const settlement = workflow({ version: 1 }, async (cents: number) => {
  await timer(5);
  return await settle(cents);
});
`,
  "packages/app/package.json": '{ "name": "app", "type": "module" }',
  "packages/app/tsconfig.json": project("payments"),
  "packages/app/src/order.ts": `import { activity, child, workflow } from "@continuum/runtime/workflow";
import { Basket, charge, settle, settlement } from "@acme/payments";
import { pause } from "./pause.js";
export const orderFlow = workflow({ version: 1 }, async (price: number) => {
  const total = new Basket().add({ price, pieces: 3 }).total();
  const charged = await activity(charge(total));
  await pause();
  return [charged, await settle(total), await child(settlement.run(total))];
});
`,
  "packages/app/src/pause.ts": `import { timer } from "@continuum/runtime/workflow";
export const pause = async (): Promise<void> => { await timer(1); };
`,
  "packages/app/src/main.ts": `import { Continuum } from "@continuum/runtime";
import { orderFlow } from "./order.js";
import { settlement } from "@acme/payments";
declare const console: { log(text: string): void };
const continuum = await Continuum.connect({ database: "memory:", workflows: [orderFlow, settlement] });
console.log(JSON.stringify(await (await continuum.start(orderFlow, 1.115)).result()));
await continuum.close();
`,
  "packages/app/spec/order.spec.ts": `import { Continuum } from "@continuum/runtime";
import { expect, it } from "vitest";
import { orderFlow } from "../src/order.js";
import { settlement } from "@acme/payments";
it("runs", async () => {
  const continuum = await Continuum.connect({ database: "memory:", workflows: [orderFlow, settlement] });
  expect(await (await continuum.start(orderFlow, 1.115)).result()).toEqual(${JSON.stringify(["charged 3.35", "refunded 3.35", "refunded 3.35"])});
  await continuum.close();
});
`,
};

export const RESULT = '["charged 3.35","refunded 3.35","refunded 3.35"]';

const OPTIONS = {
  target: "ES2023",
  lib: ["ES2023", "ESNext.Disposable"],
  types: [],
  module: "esnext",
  moduleResolution: "bundler",
  strict: true,
  skipLibCheck: true,
  composite: true,
  rootDir: "${configDir}/src",
  outDir: "${configDir}/dist",
};

export interface Monorepo {
  readonly folder: string;
  edit(file: string, from: string, to: string): void;
  remove(): void;
}

export interface MonorepoForm {
  /** Does the app's project name the others? Default: true. */
  readonly isReferring?: boolean;
  /** Do the packages export their sources, and nothing else? Default: false. */
  readonly isSourceExported?: boolean;
}

/** `options` on top of the compiler options of all three projects. */
export function makeMonorepo(
  options: Readonly<Record<string, unknown>> = {},
  { isReferring = true, isSourceExported = false }: MonorepoForm = {},
): Monorepo {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "continuum-monorepo-")));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(FILES)) write(path, text);
  if (!isReferring) {
    write("packages/app/tsconfig.json", project());
    write(
      "tsconfig.json",
      JSON.stringify({ files: [], references: [{ path: "packages/payments" }, { path: "packages/app" }] }),
    );
  }
  for (const name of isSourceExported ? ["money", "payments"] : []) {
    const content = { name: `@acme/${name}`, type: "module", exports: "./src/index.ts" };
    write(`packages/${name}/package.json`, JSON.stringify(content));
  }
  const base = { compilerOptions: { ...OPTIONS, ...options }, include: ["${configDir}/src"] };
  write("tsconfig.base.json", JSON.stringify(base));
  const link = (name: string, target: string): void => {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(target, join(folder, "node_modules", name), "junction");
  };
  for (const name of ["@continuum", "vitest"]) link(name, realpathSync(join(own, name)));
  for (const name of ["money", "payments"]) link(`@acme/${name}`, join(folder, "packages", name));
  return {
    folder,
    edit(file, from, to) {
      const path = join(folder, "packages", file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(from)) throw new Error(`nothing to replace in ${file}`);
      writeFileSync(path, text.replace(from, to));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
