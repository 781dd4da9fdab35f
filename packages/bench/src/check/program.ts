/*
 * A program as a team would have it after some years, of a given size: layers of modules with unions, generics, classes and
 * helpers, activities at the edge, workflows on top. The same size gives the same program.
 */

export interface Shape {
  readonly modules: number;
  readonly workflows: number;
}

export interface GeneratedProgram {
  /** Path below the project's root → text. */
  readonly files: ReadonlyMap<string, string>;
  /** A helper in the middle, which several workflows reach. */
  readonly helper: string;
}

/** Layers, lowest first, each with its share of the modules that are no workflows. */
const LAYERS = { lib: 0.1, domain: 0.35, rules: 0.33, activities: 0.22 } as const;

export function generateProgram({ modules, workflows }: Shape): GeneratedProgram {
  const others = modules - workflows;
  const lib = Math.round(others * LAYERS.lib);
  const domain = Math.round(others * LAYERS.domain);
  const activities = Math.round(others * LAYERS.activities);
  const rules = others - lib - domain - activities;
  const files = new Map<string, string>();
  for (let i = 0; i < lib; i++) files.set(`src/lib/lib${i}.ts`, libModule(i));
  for (let i = 0; i < domain; i++) files.set(`src/domain/domain${i}.ts`, domainModule(i, lib));
  for (let i = 0; i < activities; i++) files.set(`src/activities/service${i}.ts`, activityModule(i, domain));
  for (let i = 0; i < rules; i++)
    files.set(`src/rules/rules${i}.ts`, rulesModule(i, { lib, domain, activities }));
  for (let i = 0; i < workflows; i++)
    files.set(`src/flows/flow${i}.ts`, flowModule(i, { domain, rules, activities, workflows }));
  return { files, helper: `src/rules/rules${Math.floor(rules / 2)}.ts` };
}

/** Spreads references over the modules of a layer: the same for the same numbers. */
function pick(i: number, salt: number, of: number): number {
  return (i * 7919 + salt * 104_729 + ((i * salt) % 13)) % of;
}

function libModule(i: number): string {
  return `export type Result${i}<T, E = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok${i}<T>(value: T): Result${i}<T, never> {
  return { ok: true, value };
}

export function fail${i}<E>(error: E): Result${i}<never, E> {
  return { ok: false, error };
}

export function mapResult${i}<T, U, E>(result: Result${i}<T, E>, fn: (value: T) => U): Result${i}<U, E> {
  return result.ok ? ok${i}(fn(result.value)) : result;
}

export function groupBy${i}<T, K extends string>(items: readonly T[], keyOf: (item: T) => K): Record<K, T[]> {
  const groups = {} as Record<K, T[]>;
  for (const item of items) {
    const key = keyOf(item);
    (groups[key] ??= []).push(item);
  }
  return groups;
}

export function sumBy${i}<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + valueOf(item), 0);
}

export function chunk${i}<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

export class Money${i} {
  static readonly zero = new Money${i}(0, "EUR");

  constructor(
    readonly cents: number,
    readonly currency: "EUR" | "USD" | "GBP",
  ) {}

  plus(other: Money${i}): Money${i} {
    if (other.currency !== this.currency) throw new RangeError(\`\${other.currency} is not \${this.currency}\`);
    return new Money${i}(this.cents + other.cents, this.currency);
  }

  times(factor: number): Money${i} {
    return new Money${i}(Math.round(this.cents * factor), this.currency);
  }

  get isFree(): boolean {
    return this.cents === 0;
  }

  toString(): string {
    return \`\${(this.cents / 100).toFixed(2)} \${this.currency}\`;
  }
}

export type DeepReadonly${i}<T> = T extends (infer U)[]
  ? readonly DeepReadonly${i}<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly${i}<T[K]> }
    : T;
`;
}

function domainModule(i: number, lib: number): string {
  const l = pick(i, 1, lib);
  const parent = i === 0 ? null : pick(i, 2, i);
  const base =
    parent === null
      ? ""
      : `import type { Account${parent} } from "./domain${parent}.js";\nimport { isOpen${parent} } from "./domain${parent}.js";\n`;
  const owner = parent === null ? "null" : `Account${parent} | null`;
  return `import { Money${l}, groupBy${l}, sumBy${l} } from "../lib/lib${l}.js";
import type { DeepReadonly${l} } from "../lib/lib${l}.js";
${base}
export const STATES_${i} = ["draft", "open", "held", "closed"] as const;
export type State${i} = (typeof STATES_${i})[number];

export interface Line${i} {
  readonly sku: string;
  readonly pieces: number;
  readonly price: number;
  readonly tags?: readonly string[];
}

export interface Account${i} {
  readonly id: string;
  readonly state: State${i};
  readonly lines: readonly Line${i}[];
  readonly owner: ${owner};
  readonly limits: { readonly daily: number; readonly total: number };
}

export type Event${i} =
  | { readonly kind: "opened"; readonly by: string }
  | { readonly kind: "added"; readonly line: Line${i} }
  | { readonly kind: "removed"; readonly sku: string }
  | { readonly kind: "held"; readonly reason: string; readonly until?: number }
  | { readonly kind: "closed" };

export function isOpen${i}(account: DeepReadonly${l}<Account${i}>): boolean {
  return account.state === "open" && account.lines.length > 0;
}

export function apply${i}(account: Account${i}, event: Event${i}): Account${i} {
  switch (event.kind) {
    case "opened":
      return { ...account, state: "open" };
    case "added":
      return { ...account, lines: [...account.lines, event.line] };
    case "removed":
      return { ...account, lines: account.lines.filter(({ sku }) => sku !== event.sku) };
    case "held":
      return { ...account, state: event.until === undefined ? "closed" : "held" };
    case "closed":
      return { ...account, state: "closed" };
  }
}

export function replayAll${i}(account: Account${i}, events: readonly Event${i}[]): Account${i} {
  return events.reduce(apply${i}, account);
}

export function totalOf${i}({ lines }: Account${i}): Money${l} {
  return new Money${l}(
    sumBy${l}(lines, ({ pieces, price }) => pieces * price),
    "EUR",
  );
}

export function byTag${i}(account: Account${i}): ReadonlyMap<string, readonly Line${i}[]> {
  const groups = groupBy${l}(account.lines, ({ tags }) => tags?.[0] ?? "none");
  return new Map(Object.entries(groups));
}

export class Ledger${i} {
  readonly #entries: { readonly at: number; readonly amount: Money${l} }[] = [];

  constructor(private readonly account: Account${i}) {}

  enter(at: number, amount: Money${l}): this {
    this.#entries.push({ at, amount });
    return this;
  }

  get balance(): Money${l} {
    return this.#entries.reduce((sum, { amount }) => sum.plus(amount), Money${l}.zero);
  }

  isWithinLimits(): boolean {
    const { daily, total } = this.account.limits;
    const latest = this.#entries.at(-1)?.at ?? 0;
    const today = this.#entries.filter(({ at }) => latest - at < 86_400_000);
    return sumBy${l}(today, ({ amount }) => amount.cents) <= daily && this.balance.cents <= total;
  }

  *[Symbol.iterator](): Generator<number> {
    for (const { amount } of this.#entries) yield amount.cents;
  }
}

export const accountOf${i} = (id: string, lines: readonly Line${i}[]): Account${i} => ({
  id,
  state: ${parent === null ? '"draft"' : `isOpen${parent}({ id, state: "open", lines: [], owner: null, limits: { daily: 1, total: 1 } }) ? "open" : "draft"`},
  lines,
  owner: null,
  limits: { daily: 100_000, total: 1_000_000 },
});
`;
}

function activityModule(i: number, domain: number): string {
  const d = pick(i, 3, domain);
  return `import { readFile, writeFile } from "node:fs/promises";
import type { Account${d}, Event${d} } from "../domain/domain${d}.js";

interface Answer${i} {
  readonly reference: string;
  readonly cents: number;
  readonly at: number;
}

async function post${i}(path: string, body: object): Promise<Answer${i}> {
  const response = await fetch(\`https://service${i}.example.com/\${path}\`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(\`service ${i} said \${response.status}\`);
  return (await response.json()) as Answer${i};
}

export async function charge${i}(id: string, cents: number): Promise<{ id: string; cents: number; at: number }> {
  const { reference, cents: charged } = await post${i}("charges", { id, cents });
  console.log("charged", reference);
  return { id: reference, cents: charged, at: Date.now() };
}

export async function refund${i}(id: string): Promise<void> {
  await post${i}(\`charges/\${id}/refund\`, {});
}

export async function load${i}(id: string): Promise<Account${d}> {
  return JSON.parse(await readFile(\`accounts/\${id}.json\`, "utf8")) as Account${d};
}

export async function record${i}(id: string, events: readonly Event${d}[]): Promise<number> {
  await writeFile(\`events/\${id}-\${Date.now()}.json\`, JSON.stringify(events));
  return events.length;
}
`;
}

function rulesModule(
  i: number,
  { lib, domain, activities }: { readonly lib: number; readonly domain: number; readonly activities: number },
): string {
  const d = pick(i, 4, domain);
  const l = pick(i, 5, lib);
  const a = pick(i, 6, activities);
  const below = i < 4 ? null : [pick(i, 7, i), pick(i, 8, i)].filter((at, n, all) => all.indexOf(at) === n);
  const imports = (below ?? [])
    .map((at) => `import { discount${at}, settle${at} } from "./rules${at}.js";`)
    .join("\n");
  const lower = (below ?? [])
    .map((at) => `    factor *= discount${at}(pieces % 7, "${["gold", "silver", "bronze"][at % 3]}");`)
    .join("\n");
  const [first] = below ?? [];
  return `import { activity, log, now, timer, minutes } from "@continuum/runtime/workflow";
import { Ledger${d}, apply${d}, isOpen${d}, totalOf${d} } from "../domain/domain${d}.js";
import type { Account${d}, Event${d} } from "../domain/domain${d}.js";
import { Money${l}, chunk${l}, fail${l}, mapResult${l}, ok${l} } from "../lib/lib${l}.js";
import type { Result${l} } from "../lib/lib${l}.js";
import * as service from "../activities/service${a}.js";
${imports}

export type Tier${i} = "gold" | "silver" | "bronze";

const FACTORS_${i}: Readonly<Record<Tier${i}, number>> = { gold: 0.8, silver: 0.9, bronze: 0.97 };

export function discount${i}(pieces: number, tier: Tier${i}): number {
  let factor = FACTORS_${i}[tier];
  if (pieces > ${10 + (i % 9)}) {
    factor *= 0.95;
${lower}
  }
  return Math.max(0.5, factor);
}

export function priced${i}(account: Account${d}, tier: Tier${i}): Result${l}<Money${l}> {
  if (!isOpen${d}(account)) return fail${l}(\`account \${account.id} is \${account.state}\`);
  const pieces = account.lines.reduce((sum, line) => sum + line.pieces, 0);
  const total = ok${l}(new Money${l}(totalOf${d}(account).cents, "EUR"));
  return mapResult${l}(total, (money) => money.times(discount${i}(pieces, tier)));
}

export function review${i}(account: Account${d}, events: readonly Event${d}[]): readonly string[] {
  const notes: string[] = [];
  let at = account;
  for (const event of events) {
    at = apply${d}(at, event);
    if (event.kind === "held") notes.push(\`held: \${event.reason}\`);
  }
  const ledger = new Ledger${d}(at);
  for (const part of chunk${l}(at.lines, 3)) {
    for (const { sku, pieces, price } of part) {
      if (pieces * price > at.limits.daily) notes.push(\`\${sku} is above the limit\`);
    }
  }
  if (!ledger.isWithinLimits()) notes.push("limits");
  return notes.filter((note, n) => notes.indexOf(note) === n).sort((a, b) => (a < b ? -1 : 1));
}

export async function settle${i}(account: Account${d}, tier: Tier${i}): Promise<number> {
  const price = priced${i}(account, tier);
  if (!price.ok) {
    log.warn("not settled", { reason: price.error });
    return 0;
  }
  const charge = await activity(service.charge${a}(account.id, price.value.cents), {
    retry: { maxAttempts: 4, backoff: "exponential" },
    compensate: (done) => service.refund${a}(done.id),
  });
  if (now() % 2 === 0) await timer(minutes(${1 + (i % 5)}));
${first === undefined ? "" : `  if (charge.cents > ${1_000_000 + i}) log.info("large", { discount: discount${first}(1, tier), next: String(settle${first}.name) });\n`}  return charge.cents;
}
`;
}

function flowModule(
  i: number,
  {
    domain,
    rules,
    activities,
    workflows,
  }: {
    readonly domain: number;
    readonly rules: number;
    readonly activities: number;
    readonly workflows: number;
  },
): string {
  const used = [9, 10, 11, 12]
    .map((salt) => pick(i, salt, rules))
    .filter((at, n, all) => all.indexOf(at) === n);
  const a = pick(i, 13, activities);
  const d = pick(i, 14, domain);
  const child = i + 1 < workflows && i % 5 === 0 ? i + 1 : null;
  const [first = 0] = used;
  return `import { activity, child, compensateAll, days, defineSignal, hours, log, patched, signal, workflow, TIMEOUT } from "@continuum/runtime/workflow";
import { accountOf${d}, byTag${d}, replayAll${d} } from "../domain/domain${d}.js";
import type { Event${d}, Line${d} } from "../domain/domain${d}.js";
import * as service from "../activities/service${a}.js";
${used.map((at) => `import { discount${at}, review${at}, settle${at} } from "../rules/rules${at}.js";`).join("\n")}
${child === null ? "" : `import { flow${child} } from "./flow${child}.js";\n`}
export interface Input${i} {
  readonly id: string;
  readonly lines: readonly Line${d}[];
  readonly tier: "gold" | "silver" | "bronze";
}

export const approval${i} = defineSignal<"yes" | "no">("approval${i}");

export const flow${i} = workflow(
  { version: ${1 + (i % 4)}, retention: days(30), signals: [approval${i}] },
  async ({ id, lines, tier }: Input${i}) => {
    const events: Event${d}[] = lines.map((line) => ({ kind: "added", line }));
    const account = replayAll${d}(accountOf${d}(id, []), events);
    const notes: string[] = [];
    for (const [tag, tagged] of byTag${d}(account)) {
      notes.push(\`\${tag}: \${tagged.length} at \${discount${first}(tagged.length, tier).toFixed(2)}\`);
    }
    await activity(service.record${a}(id, events), { compensate: "none" });
    const answer = await signal(approval${i}, { timeout: hours(${12 + i}) });
    if (answer === TIMEOUT || answer === "no") {
      log.info("refused", { id });
      await compensateAll();
      return { status: "refused" as const, notes };
    }
    try {
      const charge = await activity(service.charge${a}(id, lines.length), { compensate: (done) => service.refund${a}(done.id) });
      notes.push(charge.id);
${used.map((at) => `      notes.push(String(settle${at}.length), review${at}.name);`).join("\n")}
    } catch (error) {
      await compensateAll();
      throw error;
    }
${child === null ? "" : `    if (patched("nested${i}")) await child(flow${child}.run({ id, lines: [], tier }));\n`}    return { status: "done" as const, notes };
  },
);
`;
}
