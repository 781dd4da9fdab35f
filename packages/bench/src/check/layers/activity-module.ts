import { pick } from "./pick.js";

/** What talks to services and files. */
export function activityModule(i: number, domain: number): string {
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
