/*
 * The programs that every host compiles. Each has one module with workflows that can err, since some bundlers stop at the first
 * module that is refused; `src/main.ts` imports what a bundle needs.
 */
export interface TestedProgram {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Codes of its errors and warnings, in the order of files and places: so that no program is quietly another one. */
  readonly codes: readonly string[];
  /** Has it the types of Node? */
  readonly node?: boolean;
  readonly trustedModules?: readonly (
    string | { readonly module: string; readonly names: readonly string[] }
  )[];
}

const from = (names: string): string => `import { ${names} } from "@continuum/runtime/workflow";\n`;
const main = (...names: string[]): string => names.map((name) => `export * from "./${name}.js";\n`).join("");

const bank = `export async function charge(id: string, cents: number): Promise<{ readonly id: string }> {
  return { id: \`\${id}/\${String(cents)}\` };
}
export async function refund(id: string): Promise<void> {
  await Promise.resolve(id);
}
`;

export const programs: readonly TestedProgram[] = [
  {
    // One program for all that is right: each host compiles it, and most of the time goes to what surrounds it.
    name: "workflows with activities, helpers, signals, children, patches and a chain",
    codes: [],
    files: {
      "src/main.ts": main("order", "flow", "parent", "part"),
      "src/bank.ts": bank,
      "src/order.ts": `${from("activity, now, seconds, timer, workflow")}import * as bank from "./bank.js";

// The comments and blank lines are here so that no line of the output is the line of the source.
export const orderFlow = workflow({ version: "2026-01" }, async ({ id, cents }: { id: string; cents: number }) => {
  const startedAt = now();
  await timer(seconds(5));
  const charge = await activity(bank.charge(id, cents), {
    retry: { maxAttempts: 5 },
    compensate: (done) => bank.refund(done.id),
  });
  return { charge: charge.id, took: now() - startedAt };
});
`,
      // Helpers in several modules, by every way to name them.
      "src/flow.ts": `${from("activity, workflow")}import total, { type Item } from "./pricing/total.js";
import * as rules from "./rules.js";
import { charge } from "./bank.js";

enum Kind { Plain = "plain", Express = "express" }

export const helperFlow = workflow({ version: 1 }, async (items: readonly Item[]) => {
  const basket = new rules.Basket(items);
  const shares = await Promise.all(basket.parts().map(async (part) => total(part)));
  const kind: Kind = basket.size > 2 ? Kind.Express : Kind.Plain;
  const paid = await activity(charge(kind, shares.reduce((a, b) => a + b, 0)));
  return rules.twice(paid.id);
});
`,
      "src/pricing/total.ts": `import { roundTo } from "./round.js";

export interface Item { readonly cents: number }
export default async function total(items: readonly Item[]): Promise<number> {
  if (items.length === 0) await null;
  return roundTo(items.reduce((sum, { cents }) => sum + cents, 0));
}
`,
      "src/pricing/round.ts": `const STEP = 5;
export const roundTo = (cents: number, step = STEP): number => Math.round(cents / step) * step;
/** Nobody reaches it: it stays as it is. */
export async function stranger(): Promise<number> { return Date.now(); }
`,
      "src/rules.ts": `export { Basket } from "./basket.js";
export const twice = (text: string): string => [text, text].join("+");
`,
      "src/basket.ts": `import type { Item } from "./pricing/total.js";
export class Basket {
  readonly #items: readonly Item[];
  constructor(items: readonly Item[]) { this.#items = items; }
  get size(): number { return this.#items.length; }
  parts(): readonly (readonly Item[])[] { return this.#items.map((item) => [item]); }
}
`,
      "src/part.ts": `${from("defineSignal, hours, signal, TIMEOUT, workflow")}
export const go = defineSignal<{ readonly n: number }>("go");
export const part = workflow({ version: 3, signals: [go] }, async (n: number) => {
  const answer = await signal(go, { timeout: hours(1) });
  return answer === TIMEOUT ? n : n + answer.n;
});
`,
      "src/parent.ts": `${from("child, continueAsNew, log, patched, startChild, awaitChild, uuid4, workflow")}import { part } from "./part.js";

export const parent = workflow({ version: 1 }, async ({ round }: { round: number }): Promise<string> => {
  log.info("round", { round });
  const first = await child(part.run(round));
  const later = await startChild(part, first, { id: patched("named") ? uuid4() : "second" });
  const sum = first + (await awaitChild(later));
  if (round < 3) return continueAsNew({ round: round + 1 });
  return String(sum);
});
`,
    },
  },
  {
    name: "mistakes of several families, with paths through helpers",
    node: true,
    codes: ["CTM2004", "CTM2001", "CTM2002", "CTM2008", "CTM2014", "CTM2005", "CTM2006"],
    files: {
      "src/main.ts": main("flow"),
      "src/bank.ts": bank,
      "src/a-file.ts": `import { readFileSync } from "node:fs";
export const readRules = (): string => readFileSync("rules.txt", "utf8");
`,
      "src/clock.ts": `export const stamp = (): number => Date.now();
export class Dice {
  roll(): number {
    return Math.random();
  }
}
`,
      "src/counter.ts": `let count = 0;
export const next = (): number => ++count;
`,
      "src/flow.ts": `${from("activity, workflow")}import { readRules } from "./a-file.js";
import { charge } from "./bank.js";
import { Dice, stamp } from "./clock.js";
import { next } from "./counter.js";
import { tell } from "./speak.js";

export const wrongFlow = workflow({ version: 1 }, async (id: string) => {
  activity(charge(id, 1));
  tell(process.pid);
  return [readRules(), stamp(), new Dice().roll(), next()].length;
});
`,
      "src/speak.ts": `export function tell(what: unknown): void {
  console.log(what);
}
`,
    },
  },
  {
    name: "warnings, which do not stop a build",
    codes: ["CTM2031", "CTM3028"],
    files: {
      "src/main.ts": main("flow"),
      "src/bank.ts": bank,
      "src/flow.ts": `${from("activity, compensateAll, workflow")}import { charge } from "./bank.js";

export const carefulFlow = workflow({ version: 1 }, async (input: any) => {
  try {
    return (await activity(charge(String(input), 1))).id;
  } catch (error) {
    await compensateAll();
    throw error;
  }
});
`,
    },
  },
  {
    name: "a package that the user vouches for",
    codes: [],
    trustedModules: ["coins", { module: "stamps", names: ["seal"] }],
    files: {
      "src/main.ts": main("flow"),
      "src/flow.ts": `${from("workflow")}import { toCents } from "coins";
import { seal } from "stamps";

export const trustingFlow = workflow({ version: 1 }, async (price: string) => seal(toCents(price)));
`,
      "node_modules/coins/package.json": '{ "name": "coins", "version": "1.2.3", "types": "index.d.ts" }',
      "node_modules/coins/index.d.ts": "export declare function toCents(price: string): number;\n",
      "node_modules/stamps/package.json": '{ "name": "stamps", "version": "4.5.6", "types": "index.d.ts" }',
      "node_modules/stamps/index.d.ts":
        "export declare function seal(cents: number): string;\nexport declare function lick(): void;\n",
    },
  },
  {
    name: "a package that nobody vouches for",
    codes: ["CTM2012", "CTM2010"],
    trustedModules: [{ module: "stamps", names: ["lick"] }],
    files: {
      "src/main.ts": main("flow"),
      "src/flow.ts": `${from("workflow")}import { post, seal } from "stamps";

export const doubtfulFlow = workflow({ version: 1 }, async (cents: number) => {
  await post(cents);
  return seal(cents);
});
`,
      "node_modules/stamps/package.json": '{ "name": "stamps", "version": "4.5.6", "types": "index.d.ts" }',
      "node_modules/stamps/index.d.ts":
        "export declare function seal(cents: number): string;\nexport declare function post(cents: number): Promise<void>;\nexport declare function lick(): void;\n",
    },
  },
  {
    name: "packages that ship their JavaScript: a pure one, and one that reads the clock",
    codes: ["CTM2040"],
    files: {
      "src/main.ts": main("flow"),
      "src/flow.ts": `${from("workflow")}import { toCents } from "coins";
import { stamped } from "stamps";

export const followedFlow = workflow({ version: 1 }, async (price: string) => stamped(toCents(price)));
`,
      "node_modules/coins/package.json":
        '{ "name": "coins", "version": "1.2.3", "type": "module", "types": "index.d.ts", "main": "index.js" }',
      "node_modules/coins/index.d.ts": "export declare function toCents(price: string): number;\n",
      "node_modules/coins/index.js":
        "export function toCents(price) { return Math.round(Number(price) * 100); }\n",
      "node_modules/stamps/package.json":
        '{ "name": "stamps", "version": "4.5.6", "type": "module", "types": "index.d.ts", "main": "index.js" }',
      "node_modules/stamps/index.d.ts": "export declare function stamped(cents: number): string;\n",
      "node_modules/stamps/index.js":
        "const at = () => Date.now();\nexport function stamped(cents) { return `${cents}@${at()}`; }\n",
    },
  },
];

/** Its entry imports the right workflow alone, so a bundle never meets the wrong one. */
export const besideWrong: TestedProgram = {
  name: "a right workflow beside a wrong one",
  codes: ["CTM2001"],
  files: {
    "src/main.ts": main("right"),
    "src/right.ts": `${from("timer, workflow")}export const rightFlow = workflow({ version: 1 }, async () => { await timer(1); });
`,
    "src/wrong.ts": `${from("workflow")}export const wrongFlow = workflow({ version: 1 }, async () => Date.now());
`,
  },
};
