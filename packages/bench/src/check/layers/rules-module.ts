import { pick } from "./pick.js";

/** Prices and reviews, sync and async, each on some of those before it: what workflows call. */
export function rulesModule(
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
