/*
 * The same program, cut into packages in different ways, means the same: its hashes and its verdict do not tell whether a helper
 * is of the project, of another project in the workspace, or of a package that was installed.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageFolder } from "./fixtures/packages.js";
import type { PackageFolder } from "./fixtures/packages.js";
import type { CompiledProgram } from "./library.js";

const HELPERS: Readonly<Record<string, string>> = {
  "rates.ts": `const table = new Map<string, number>([["eur", 1]]);
table.set("usd", 1.1);
export enum Step { Cent = 1, Dime = 10 }
export const rateOf = (currency: string): number => table.get(currency) ?? Step.Dime;
`,
  "basket.ts": `import { rateOf } from "./rates.js";
export abstract class Sum {
  protected sum = 0;
  abstract get total(): number;
}
export class Basket extends Sum {
  #currency: string;
  constructor(currency: string) { super(); this.#currency = currency; }
  add(price: number): this { this.sum += price * rateOf(this.#currency); return this; }
  override get total(): number { return this.sum; }
  get age(): number { return Date.now(); }
  async settled(ask: (sum: number) => Promise<number>): Promise<number> {
    const [first] = await Promise.all([ask(this.sum), Promise.resolve(1)]);
    return first + this.total;
  }
}
`,
  "waits.ts": `import { activity, defineActivity, defineSignal, random, signal, timer, workflow } from "@continuum/runtime/workflow";
export const verdict = defineSignal<"yes" | "no">("verdict");
export const told = defineActivity({ name: "tell" }, async (text: string): Promise<string> => text + String(Date.now()));
export async function decided(ms: number): Promise<string> {
  await timer(ms);
  if (random() > 0.5) return "chance";
  return String(await signal(verdict)) + (await activity(told("decided")));
}
export const reminder = workflow({ version: 1 }, async (text: string) => { await timer(1); return text; });
`,
  "index.ts": `export * from "./basket.js";
export { decided as decide, reminder, told, verdict } from "./waits.js";
`,
};

const flow = (
  from: string,
): string => `import { activity, child, startChild, awaitChild, timer, workflow } from "@continuum/runtime/workflow";
import * as kit from "${from}";
import { Basket, reminder } from "${from}";
class Gift extends Basket { override add(price: number): this { return super.add(price / 2); } }
export const buy = workflow({ version: 1, signals: [kit.verdict] }, async (price: number) => {
  const basket = new Basket("usd").add(price);
  const sum = await basket.settled(async (value) => { await timer(value); return new Gift("eur").add(value).total; });
  const reminded = startChild(reminder, "soon", { id: "r" });
  await activity(kit.told("bought"));
  const answers = await Promise.all([kit.decide(sum), child(reminder.run("now"))]);
  return [...answers, String(await awaitChild(reminded))];
});
`;

let packages: PackageFolder;
beforeEach(() => {
  packages = packageFolder();
});
afterEach(() => packages.remove());

type Change = (files: Record<string, string>) => void;

function helpers(change: Change): Readonly<Record<string, string>> {
  const files = { ...HELPERS };
  change(files);
  return files;
}

const unchanged: Change = () => undefined;

const inOne = (change = unchanged): CompiledProgram =>
  packages.build("shop", "flow.ts", { ...helpers(change), "flow.ts": flow("./index.js") });

const library = (change = unchanged): void => {
  expect(
    packages.build("kit", "index.ts", helpers(change), { options: { declaration: true } }).diagnostics,
  ).toEqual([]);
};

const shop = (): CompiledProgram => packages.build("shop", "flow.ts", { "flow.ts": flow("@acme/kit") });

describe.each([
  ["linked from the workspace", () => packages.linkKit()],
  ["installed without its sources", () => packages.installKit()],
  ["published from its output folder", () => packages.installOutput()],
])("a package that is %s", (_, bring) => {
  it("gives a workflow the hash, the sites and the names that it has where all is in one project", () => {
    const one = inOne();
    expect(one.diagnostics).toEqual([]);
    library();
    bring();
    const two = shop();
    expect(two.diagnostics).toEqual([]);
    const [local, split] = [one, two].map(({ manifests }) => manifests.get("buy"));
    expect(split?.versionHash).toBe(local?.versionHash);
    const ids = (compiled: typeof local): readonly string[] =>
      Object.values(compiled?.sites ?? {})
        .map(({ id }) => id)
        .sort();
    expect(ids(split)).toEqual(ids(local));
    expect(split?.activities).toEqual(["tell"]);
    expect(split?.signals).toEqual(["verdict"]);
    expect(Object.keys(split?.sites ?? {})).toContain("@acme/kit/src/waits#0");
    expect(Object.keys(split?.modules ?? {})).toEqual([
      "@acme/kit/src/basket",
      "@acme/kit/src/index",
      "@acme/kit/src/rates",
      "@acme/kit/src/waits",
    ]);
  });

  it("is refused for what would be refused in one project, at the place where it is brought in", () => {
    const impure = (files: Record<string, string>): void => {
      files["rates.ts"] = files["rates.ts"]!.replace("?? Step.Dime", "?? Math.random()");
    };
    const one = inOne(impure);
    library(impure);
    bring();
    const two = shop();
    expect(two.diagnostics.map(({ code }) => code)).toEqual(one.diagnostics.map(({ code }) => code));
    expect(two.diagnostics.map(({ place }) => place.file)).toEqual(["src/flow.ts"]);
    expect(two.diagnostics[0]?.path.at(-1)).toMatchObject({
      text: "`Math.random` stands here",
      place: { file: "@acme/kit/src/rates.ts", line: 4 },
    });
  });
});
