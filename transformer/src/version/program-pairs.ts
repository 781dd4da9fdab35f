/*
 * Pairs of programs for the tests of the version hash. Each changes the base program by replacing texts in its files; a pair
 * is the spec of what is part of a workflow's meaning and what is not.
 */
export const BASE: Readonly<Record<string, string>> = {
  "package.json": `{ "name": "shop", "type": "module", "dependencies": { "decimal-light": "^2.1.0", "unused": "^1.0.0" } }`,
  "node_modules/decimal-light/package.json": `{ "name": "decimal-light", "version": "2.1.4", "types": "index.d.ts", "type": "module" }`,
  "node_modules/decimal-light/index.d.ts": `
export declare function round(value: number, digits: number): number;
export declare function floor(value: number): number;
declare const decimal: { round: typeof round };
export default decimal;
`,
  "src/activities/payments.ts": `
import { defineActivity } from "@continuum/runtime/workflow";
export async function charge(orderId: string, total: number): Promise<{ id: string }> {
  return { id: orderId + String(total) };
}
export async function refund(id: string): Promise<void> {
  await fetch("https://bank.example/refund/" + id);
}
export const ship = defineActivity({ retry: { maxAttempts: 7 } }, async (orderId: string): Promise<string> => "parcel of " + orderId);
`,
  "src/prices.ts": `
import { round } from "decimal-light";
import { Basket, Level } from "./basket.js";
export interface Item { readonly sku: string; readonly quantity: number }
export const VAT = 0.19;
export const SURCHARGES = { express: 5, fragile: 3, unused: 1 };
const table = new Map<string, number>([["apple", 2]]);
table.set("pear", 3);
export function priceOf(item: Item): number {
  return (table.get(item.sku) ?? 0) * item.quantity;
}
export function totalOf(items: readonly Item[], level: Level = Level.Normal): number {
  const basket = new Basket();
  for (const item of items) {
    basket.add(priceOf(item));
  }
  if (level === Level.High) return round(basket.total() * (1 + VAT) + SURCHARGES.express, 2);
  return round(basket.total() * (1 + VAT), 2);
}
`,
  "src/basket.ts": `
export enum Level { Normal, High = 10 }
export class Basket {
  #sum = 0;
  readonly currency: string = "EUR";
  add(price: number): void { this.#sum += price; }
  total(): number { return this.#sum; }
  unreachable(): string { return "never " + this.currency; }
}
export class OutOfStock extends Error {
  constructor(readonly sku: string) { super("out of stock: " + sku); }
}
`,
  "src/signals.ts": `
import { defineSignal } from "@continuum/runtime/workflow";
export const review = defineSignal<"approved" | "rejected">("review");
`,
  "src/helpers.ts": `
import { activity, hours, signal, timer } from "@continuum/runtime/workflow";
import { ship } from "./activities/payments.js";
import { review } from "./signals.js";
export const first = (a: number, b: number): number => a - b;
export const second = (a: number, b: number): number => a - b;
export async function shipLater(orderId: string, waitMs: number): Promise<string> {
  await timer(waitMs);
  return activity(ship(orderId), { priority: 3 });
}
export async function decide(): Promise<string> {
  const answer = await signal(review, { timeout: hours(24) });
  search: for (const word of ["approved", "rejected"]) {
    for (const letter of word) {
      if (letter === "x") break search;
      if (letter === "e") continue;
    }
  }
  return String(answer);
}
`,
  "src/order.ts": `
import { activity, days, workflow } from "@continuum/runtime/workflow";
import * as payments from "./activities/payments.js";
import { OutOfStock } from "./basket.js";
import { decide, first, second, shipLater } from "./helpers.js";
import { SURCHARGES, totalOf } from "./prices.js";
import type { Item } from "./prices.js";
import { review } from "./signals.js";
export const orderFlow = workflow(
  { version: 1, retention: days(30), signals: [review] },
  async ({ orderId, items }: { orderId: string; items: readonly Item[] }) => {
    if (items.length === 0) throw new OutOfStock("everything");
    const total = totalOf(items) + SURCHARGES.fragile;
    const charging = activity(payments.charge(orderId, total), {
      retry: { maxAttempts: 5 },
      compensate: (charged) => payments.refund(charged.id),
    });
    await charging;
    const rank = first(total, 10) + second(total, 20);
    const answer = await decide();
    const parcel = await shipLater(orderId, 1_000);
    return { answer, parcel, rank };
  },
);
`,
};

/** What is put in the place of what; then files are added, then files are moved. */
export interface Change {
  readonly name: string;
  readonly edits: readonly (readonly [file: string, from: string | RegExp, to: string])[];
  readonly added?: Readonly<Record<string, string>>;
  readonly moved?: Readonly<Record<string, string>>;
}

export const SAME: readonly Change[] = [
  {
    name: "a comment",
    edits: [["src/prices.ts", "return (table", "// why not\n  return /* here */ (table"]],
  },
  {
    name: "white space and line breaks",
    edits: [["src/order.ts", "{ answer, parcel, rank }", "{\n\n answer,\n\tparcel, rank,\n }"]],
  },
  { name: "quotes", edits: [["src/signals.ts", `("review")`, `('review')`]] },
  { name: "quotes around a key", edits: [["src/prices.ts", "{ express:", `{ "express":`]] },
  {
    name: "a shorthand property written out",
    edits: [["src/order.ts", "{ answer, parcel", "{ answer: answer, parcel"]],
  },
  {
    name: "a literal element access",
    edits: [["src/prices.ts", "SURCHARGES.express", `SURCHARGES["express"]`]],
  },
  { name: "a digit separator", edits: [["src/order.ts", "1_000", "1000"]] },
  {
    name: "parentheses",
    edits: [["src/helpers.ts", "=> a - b;\nexport const second", "=> (a - b);\nexport const second"]],
  },
  {
    name: "braces around one statement",
    edits: [["src/helpers.ts", `if (letter === "x") break search;`, `if (letter === "x") { break search; }`]],
  },
  {
    name: "an arrow's return written out",
    edits: [
      [
        "src/helpers.ts",
        "export const first = (a: number, b: number): number => a - b;",
        "export const first = (a: number, b: number): number => { return a - b; };",
      ],
    ],
  },
  { name: "semicolons", edits: [["src/helpers.ts", "await timer(waitMs);", "await timer(waitMs);;"]] },
  { name: "CRLF", edits: [["src/helpers.ts", /\n/g, "\r\n"]] },
  { name: "a renamed local", edits: [["src/order.ts", /\bcharging\b/g, "handle"]] },
  { name: "a renamed parameter", edits: [["src/helpers.ts", /\bwaitMs\b/g, "pauseMs"]] },
  {
    name: "a destructured local under another name",
    edits: [
      ["src/order.ts", "{ orderId, items }: {", "{ orderId: id, items }: {"],
      ["src/order.ts", "charge(orderId,", "charge(id,"],
      ["src/order.ts", "shipLater(orderId,", "shipLater(id,"],
    ],
  },
  {
    name: "a renamed helper",
    edits: [
      ["src/helpers.ts", /\bdecide\b/g, "askPeople"],
      ["src/order.ts", /\bdecide\b/g, "askPeople"],
    ],
  },
  { name: "a renamed constant", edits: [["src/prices.ts", /\bVAT\b/g, "TAX"]] },
  { name: "a renamed label", edits: [["src/helpers.ts", /\bsearch\b/g, "outer"]] },
  { name: "a renamed private member", edits: [["src/basket.ts", /#sum/g, "#amount"]] },
  {
    name: "a renamed enum and member of a known value",
    edits: [
      ["src/basket.ts", "High = 10", "Express = 10"],
      ["src/prices.ts", "Level.High", "Level.Express"],
    ],
  },
  {
    name: "a moved file",
    edits: [
      ["src/order.ts", /\.\/prices\.js/g, "./pricing/prices.js"],
      ["src/prices.ts", "./basket.js", "../basket.js"],
    ],
    moved: { "src/prices.ts": "src/pricing/prices.ts" },
  },
  {
    name: "the workflow's own file moved",
    edits: [["src/order.ts", /"\.\//g, `"../`]],
    moved: { "src/order.ts": "src/flows/order.ts" },
  },
  {
    name: "a namespace import",
    edits: [
      ["src/order.ts", `import { decide, first, second, shipLater } from`, "import * as helpers from"],
      ["src/order.ts", /\b(decide|first|second|shipLater)\(/g, "helpers.$1("],
    ],
  },
  {
    name: "named imports in the place of a namespace",
    edits: [
      ["src/order.ts", "import * as payments from", "import { charge, refund } from"],
      ["src/order.ts", /\bpayments\.(charge|refund)/g, "$1"],
    ],
  },
  {
    name: "an import under another name",
    edits: [
      ["src/order.ts", "{ decide,", "{ decide as ask,"],
      ["src/order.ts", "await decide()", "await ask()"],
    ],
  },
  {
    name: "a re-export",
    edits: [["src/order.ts", `from "./prices.js";\nimport type`, `from "./everything.js";\nimport type`]],
    added: { "src/everything.ts": `export * from "./prices.js";\n` },
  },
  {
    name: "a named re-export under another name",
    edits: [
      [
        "src/order.ts",
        `{ SURCHARGES, totalOf } from "./prices.js"`,
        `{ EXTRA as SURCHARGES, sum as totalOf } from "./everything.js"`,
      ],
    ],
    added: { "src/everything.ts": `export { totalOf as sum, SURCHARGES as EXTRA } from "./prices.js";\n` },
  },
  {
    name: "a package's name through a namespace",
    edits: [
      ["src/prices.ts", `import { round } from`, "import * as decimals from"],
      ["src/prices.ts", /\bround\(/g, "decimals.round("],
    ],
  },
  {
    name: "a package's name through a star re-export",
    edits: [["src/prices.ts", `from "decimal-light"`, `from "./vendor.js"`]],
    added: { "src/vendor.ts": `export * from "decimal-light";\n` },
  },
  {
    name: "the authoring entry through a re-export",
    edits: [["src/helpers.ts", `from "@continuum/runtime/workflow"`, `from "./vendor.js"`]],
    added: { "src/vendor.ts": `export * from "@continuum/runtime/workflow";\n` },
  },
  {
    name: "independent declarations in another order",
    edits: [
      ["src/prices.ts", "export const VAT = 0.19;\n", ""],
      ["src/prices.ts", "export function priceOf", "export const VAT = 0.19;\nexport function priceOf"],
    ],
  },
  {
    name: "functions in another order",
    edits: [["src/helpers.ts", /(export async function shipLater[^]*?\n}\n)([^]*)/, "$2$1"]],
  },
  {
    name: "a helper inlined into another file",
    edits: [
      ["src/order.ts", "decide, first,", "decide,"],
      [
        "src/order.ts",
        "export const orderFlow",
        "const first = (a: number, b: number): number => a - b;\nexport const orderFlow",
      ],
    ],
  },
  { name: "an added type", edits: [["src/order.ts", "const total = ", "const total: number = "]] },
  {
    name: "`as`",
    edits: [
      [
        "src/order.ts",
        "const parcel = await shipLater(orderId, 1_000)",
        "const parcel = (await shipLater(orderId, 1_000)) as string",
      ],
    ],
  },
  {
    name: "`satisfies`",
    edits: [["src/prices.ts", "unused: 1 }", "unused: 1 } satisfies Record<string, number>"]],
  },
  { name: "a non-null assertion", edits: [["src/order.ts", "totalOf(items)", "totalOf(items!)"]] },
  {
    name: "a type parameter and a type alias",
    edits: [
      [
        "src/helpers.ts",
        "export const second = (a: number",
        "type Amount = number;\nexport const second = <T extends Amount>(a: T",
      ],
    ],
  },
  {
    name: "an overload",
    edits: [
      [
        "src/prices.ts",
        "export function priceOf(item: Item)",
        "export function priceOf(item: Item): number;\nexport function priceOf(item: Item)",
      ],
    ],
  },
  {
    name: "modifiers that are types",
    edits: [
      ["src/basket.ts", "readonly currency: string", "public currency: string"],
      ["src/basket.ts", "add(price", "public add(price"],
    ],
  },
  { name: "`version`", edits: [["src/order.ts", "version: 1", "version: 2"]] },
  { name: "`retention`", edits: [["src/order.ts", "days(30)", "days(60)"]] },
  {
    name: "`versioning` and `snapshotThreshold`",
    edits: [["src/order.ts", "version: 1,", `version: 1, versioning: "latest", snapshotThreshold: 50,`]],
  },
  { name: "`current: false`", edits: [["src/order.ts", "version: 1,", "version: 1, current: false,"]] },
  {
    name: "the body of an activity",
    edits: [["src/activities/payments.ts", "orderId + String(total)", `"other " + orderId`]],
  },
  {
    name: "options of defineActivity",
    edits: [["src/activities/payments.ts", "maxAttempts: 7", "maxAttempts: 8"]],
  },
  {
    name: "the body of a compensation",
    edits: [["src/activities/payments.ts", "bank.example", "bank2.example"]],
  },
  { name: "a method that nothing reaches", edits: [["src/basket.ts", `"never "`, `"not ever "`]] },
  {
    name: "a member of a constant that nothing reaches",
    edits: [["src/prices.ts", "unused: 1", "unused: 2"]],
  },
  {
    name: "a declaration that nothing reaches",
    edits: [["src/helpers.ts", "export const first", "export const other = () => 5;\nexport const first"]],
  },
  {
    name: "a package that nothing reaches",
    edits: [["package.json", `"unused": "^1.0.0"`, `"unused": "^2.0.0"`]],
  },
  {
    name: "a patch of the installed package",
    edits: [["node_modules/decimal-light/package.json", "2.1.4", "2.1.5"]],
  },
];

export const DIFFERENT: readonly Change[] = [
  { name: "the workflow's name", edits: [["src/order.ts", "orderFlow", "buyFlow"]] },
  { name: "an operator in a helper", edits: [["src/prices.ts", ") * item.quantity", ") + item.quantity"]] },
  { name: "a literal in a helper", edits: [["src/prices.ts", "?? 0)", "?? 1)"]] },
  { name: "a constant", edits: [["src/prices.ts", "VAT = 0.19", "VAT = 0.2"]] },
  { name: "a member of a constant object", edits: [["src/prices.ts", "fragile: 3", "fragile: 4"]] },
  {
    name: "a map filled on loading",
    edits: [["src/prices.ts", `table.set("pear", 3)`, `table.set("pear", 4)`]],
  },
  {
    name: "a map filled in another module",
    edits: [["src/prices.ts", "const table", "export const table"]],
    added: { "src/more.ts": `import { table } from "./prices.js";\ntable.set("fig", 1);\n` },
  },
  { name: "the value of an enum member", edits: [["src/basket.ts", "High = 10", "High = 11"]] },
  { name: "a default parameter", edits: [["src/prices.ts", "= Level.Normal", "= Level.High"]] },
  { name: "a reached method", edits: [["src/basket.ts", "this.#sum += price", "this.#sum -= price"]] },
  { name: "a field's initialiser", edits: [["src/basket.ts", `"EUR"`, `"USD"`]] },
  {
    name: "the name of a class",
    edits: [
      ["src/basket.ts", "OutOfStock", "SoldOut"],
      ["src/order.ts", /OutOfStock/g, "SoldOut"],
    ],
  },
  { name: "the parent of a class", edits: [["src/basket.ts", "extends Error", "extends RangeError"]] },
  {
    name: "a parameter property's name",
    edits: [
      [
        "src/basket.ts",
        'readonly sku: string) { super("out of stock: " + sku)',
        'readonly article: string) { super("out of stock: " + article)',
      ],
    ],
  },
  {
    name: "a property's name",
    edits: [["src/order.ts", "{ answer, parcel, rank }", "{ answer, parcel, place: rank }"]],
  },
  {
    name: "a destructured key",
    edits: [["src/order.ts", "{ orderId, items }: { orderId", "{ id: orderId, items }: { id"]],
  },
  { name: "a signal's name", edits: [["src/signals.ts", `("review")`, `("verdict")`]] },
  { name: "the closed set of signals", edits: [["src/order.ts", ", signals: [review]", ""]] },
  { name: "a signal's timeout", edits: [["src/helpers.ts", "hours(24)", "hours(25)"]] },
  {
    name: "another duration of the same number",
    edits: [
      ["src/helpers.ts", "hours(24)", "days(24)"],
      ["src/helpers.ts", "hours,", "days,"],
    ],
  },
  { name: "an option at the call site", edits: [["src/helpers.ts", "priority: 3", "priority: 4"]] },
  { name: "a retry option at the call site", edits: [["src/order.ts", "maxAttempts: 5", "maxAttempts: 6"]] },
  {
    name: "a compensation's argument",
    edits: [["src/order.ts", "payments.refund(charged.id)", `payments.refund(charged.id + "!")`]],
  },
  { name: "no compensation", edits: [["src/order.ts", /compensate: .*\n/, `compensate: "none",\n`]] },
  {
    name: "an activity's name",
    edits: [
      ["src/activities/payments.ts", "function charge", "function debit"],
      ["src/order.ts", "payments.charge", "payments.debit"],
    ],
  },
  {
    name: "an activity's argument",
    edits: [["src/order.ts", "charge(orderId, total)", "charge(orderId, total + 1)"]],
  },
  {
    name: "the order of two effects",
    edits: [["src/order.ts", /( +const answer[^\n]*\n)( +const parcel[^\n]*\n)/, "$2$1"]],
  },
  { name: "a missing await", edits: [["src/order.ts", "    await charging;\n", "    charging;\n"]] },
  {
    name: "twins that are called in each other's place",
    edits: [["src/order.ts", "second(total, 20)", "first(total, 20)"]],
  },
  {
    name: "one of two twins changed",
    edits: [
      [
        "src/helpers.ts",
        "second = (a: number, b: number): number => a - b",
        "second = (a: number, b: number): number => b - a",
      ],
    ],
  },
  {
    name: "arguments in each other's place",
    edits: [["src/order.ts", "first(total, 10)", "first(10, total)"]],
  },
  {
    name: "a function of a package",
    edits: [
      ["src/prices.ts", "import { round }", "import { floor as round }"],
      ["src/prices.ts", ", 2);\n}", ");\n}"],
      ["src/prices.ts", "SURCHARGES.express, 2", "SURCHARGES.express"],
    ],
  },
  { name: "the range of a reached package", edits: [["package.json", `"^2.1.0"`, `"^3.0.0"`]] },
  { name: "which loop a label leaves", edits: [["src/helpers.ts", "break search;", "break;"]] },
  {
    name: "`continue` in the place of `break`",
    edits: [["src/helpers.ts", "break search", "continue search"]],
  },
  {
    name: "let in the place of const, where a closure can see it",
    edits: [["src/order.ts", "const rank", "let rank"]],
  },
  { name: "optional chaining", edits: [["src/order.ts", "charged.id", "charged?.id"]] },
  {
    name: "an async helper made sync",
    edits: [
      ["src/helpers.ts", "async function decide(): Promise<string>", "function decide(): string"],
      ["src/helpers.ts", "await signal", "signal"],
    ],
  },
  {
    name: "an added statement",
    edits: [
      ["src/prices.ts", "const basket = new Basket();", "const basket = new Basket();\n  basket.add(1);"],
    ],
  },
  {
    name: "a template's text",
    edits: [["src/helpers.ts", "return String(answer)", "return `${String(answer)}!`"]],
  },
  {
    name: "an enum used as an object, and a member renamed",
    edits: [["src/prices.ts", "const basket =", "const names = Object.keys(Level);\n  const basket ="]],
  },
];
