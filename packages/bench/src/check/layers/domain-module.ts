import { pick } from "./pick.js";

/** Accounts and their events: unions, classes, module-level constants; each knows some before it. */
export function domainModule(i: number, lib: number): string {
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
