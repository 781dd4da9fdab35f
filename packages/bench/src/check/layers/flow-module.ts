import { pick } from "./pick.js";

/** Workflows, some with a child. */
export function flowModule(
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
