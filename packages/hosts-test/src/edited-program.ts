/*
 * A program as a point in a space of choices: which text each file has, which files there are, what the configuration says. Edits are
 * steps in that space, so a random walk comes back to where it was by other ways.
 */
export interface Choices {
  /** Of a constant two modules away from the workflow. */
  digits: number;
  isHelperImpure: boolean;
  isHelperAsync: boolean;
  /** Where that helper stands, and what it is called by. */
  helperAt: "rounding" | "deep/rounding";
  isHelperMissing: boolean;
  /** Of a module of types alone: may its values be stored? */
  isInputDurable: boolean;
  /** A file that nobody imports, and that fits an interface that the workflow calls through. */
  stranger: "none" | "pure" | "impure";
  reaches: "priceOf" | "discounted";
  hasComment: boolean;
  version: number;
  packageName: "shop" | "store";
  /** Two packages of one name, of which TypeScript sees the one or the other. */
  coins: "new" | "old";
  /** By the tsconfig that is extended, and by the one that extends, if that says something of plugins. */
  isTrustedInBase: boolean;
  trustedHere: "nothing said" | "yes" | "no";
  isCoinsImpure: boolean;
  coinsVersion: string;
  isStrict: boolean;
  alias: "a" | "b";
  isBroken: boolean;
}

export const FIRST: Choices = {
  digits: 2,
  isHelperImpure: false,
  isHelperAsync: false,
  helperAt: "rounding",
  isHelperMissing: false,
  isInputDurable: true,
  stranger: "none",
  reaches: "priceOf",
  hasComment: false,
  version: 1,
  packageName: "shop",
  coins: "new",
  isTrustedInBase: true,
  trustedHere: "nothing said",
  isCoinsImpure: false,
  coinsVersion: "1.0.0",
  isStrict: true,
  alias: "a",
  isBroken: false,
};

/** What each choice may be. */
export const RANGES: { readonly [K in keyof Choices]: readonly Choices[K][] } = {
  digits: [2, 3, 4],
  isHelperImpure: [false, false, true],
  isHelperAsync: [false, true],
  helperAt: ["rounding", "deep/rounding"],
  isHelperMissing: [false, false, false, true],
  isInputDurable: [true, true, false],
  stranger: ["none", "pure", "impure"],
  reaches: ["priceOf", "discounted"],
  hasComment: [false, true],
  version: [1, 2],
  packageName: ["shop", "store"],
  coins: ["new", "old"],
  isTrustedInBase: [true, false],
  trustedHere: ["nothing said", "yes", "no"],
  isCoinsImpure: [false, true],
  coinsVersion: ["1.0.0", "1.0.1"],
  isStrict: [true, false],
  alias: ["a", "b"],
  isBroken: [false, false, false, true],
};

const TRANSFORM = { transform: "@continuum/transformer/ts-patch", transformProgram: true };

/** All files of the program, by path. */
export function filesOf(choices: Choices): Readonly<Record<string, string>> {
  const { alias, coins, coinsVersion, digits, helperAt, isStrict, packageName, reaches, stranger } = choices;
  const trusting = (names: readonly string[]): object => ({
    plugins: [{ ...TRANSFORM, trustedModules: names }],
  });
  const files: Record<string, string> = {
    "package.json": JSON.stringify({ name: packageName, type: "module" }),
    "tsconfig.base.json": JSON.stringify({
      compilerOptions: {
        target: "ES2023",
        lib: ["ES2023"],
        types: [],
        module: "nodenext",
        skipLibCheck: true,
        rootDir: "${configDir}/src",
        outDir: "${configDir}/dist",
        strict: isStrict,
        ...trusting(choices.isTrustedInBase ? ["coins"] : []),
      },
    }),
    "tsconfig.json": JSON.stringify({
      extends: "./tsconfig.base.json",
      compilerOptions: {
        paths: { "#rates": [`./src/rates-${alias}.ts`] },
        ...(choices.trustedHere === "nothing said"
          ? {}
          : trusting(choices.trustedHere === "yes" ? ["coins"] : [])),
      },
      include: ["src"],
    }),
    "node_modules/coins/package.json": JSON.stringify({
      name: "coins",
      version: coinsVersion,
      type: "module",
      exports: {
        types: coins === "old" ? "./old.d.ts" : "./index.d.ts",
        default: coins === "old" ? "./old.js" : "./index.js",
      },
    }),
    "node_modules/coins/index.d.ts": "export declare function toCents(price: number): number;\n",
    "node_modules/coins/index.js": `export function toCents(price) { return price * ${choices.isCoinsImpure ? "Math.random()" : "100"}; }\n`,
    "node_modules/coins/old.d.ts": "export declare const toCents: (price: number) => number;\n",
    "node_modules/coins/old.js": "export const toCents = (price) => price * 100;\n",
    "src/types.ts": `export interface Item { readonly cents: number; ${choices.isInputDurable ? "" : "readonly undo: () => void;"} }
export interface Tax { of(cents: number): number }
`,
    "src/rates-a.ts": "export const rate = (): number => 1;\n",
    "src/rates-b.ts": "export const rate = (): number => 2;\n",
    "src/bank.ts": "export async function charge(cents: number): Promise<string> { return String(cents); }\n",
    "src/taxes.ts": `import type { Tax } from "./types.js";
export class Plain implements Tax { of(cents: number): number { return cents / 4; } }
export const taxed = (tax: Tax, cents: number): number => cents + tax.of(cents);
`,
    "src/pricing.ts": `import { rounded } from "./${helperAt}.js";
import { rate } from "#rates";
import type { Item } from "./types.js";
export async function priceOf(items: readonly Item[]): Promise<number> {
  const sums = await Promise.all(items.map(async ({ cents }) => rounded(cents)));
  return sums.reduce((sum, cents) => sum + cents, rate());
}
export async function discounted(items: readonly Item[]): Promise<number> {
  await null;
  return (await rounded(items.length)) / 2;
}
`,
    "src/order.ts": `import { activity, timer, workflow } from "@continuum/runtime/workflow";
import { toCents } from "coins";
import { charge } from "./bank.js";
import { ${reaches} } from "./pricing.js";
import { Plain, taxed } from "./taxes.js";
import type { Item, Tax } from "./types.js";
${choices.hasComment ? "// A comment\n// of two lines.\n" : ""}
const tax: Tax = new Plain();
export const orderFlow = workflow({ version: ${String(choices.version)} }, async (items: readonly Item[]) => {
  await timer(5);
  const total = taxed(tax, toCents(await ${reaches}(items)));
  return await activity(charge(total)${choices.isBroken ? "" : ")"};
});
`,
    "src/part.ts": `import { timer, workflow } from "@continuum/runtime/workflow";
import { discounted } from "./pricing.js";
export const partFlow = workflow({ version: 1 }, async () => { await timer(1); return await discounted([]); });
`,
  };
  if (!choices.isHelperMissing) {
    files[`src/${helperAt}.ts`] = `const DIGITS = ${String(digits)};
export ${choices.isHelperAsync ? "async " : ""}function rounded(amount: number)${choices.isHelperAsync ? ": Promise<number>" : ": number"} {
  return Math.round(amount * 10 ** DIGITS)${choices.isHelperImpure ? " + Date.now()" : ""};
}
`;
  }
  if (stranger !== "none") {
    files["src/stranger.ts"] = `import type { Tax } from "./types.js";
export class Odd implements Tax { of(cents: number): number { return ${stranger === "impure" ? "Math.random()" : "1"} * cents; } }
`;
  }
  return files;
}
