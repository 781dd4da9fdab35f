/*
 * The same program, cut into packages in different ways, means the same: its hashes and its verdict do not tell whether a helper
 * is of the project, of another project in the workspace, or of a package that was installed.
 */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileProgram } from "./library.js";
import type { CompiledProgram } from "./library.js";

const runtime = fileURLToPath(new URL("../../../runtime", import.meta.url));

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

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ["lib.es2023.d.ts"],
  types: [],
  strict: true,
};

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "continuum-layouts-"))).replaceAll("\\", "/");
  mkdirSync(join(folder, "node_modules/@continuum"), { recursive: true });
  symlinkSync(runtime, join(folder, "node_modules/@continuum/runtime"), "junction");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>, below: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, below, path)), { recursive: true });
    writeFileSync(join(folder, below, path), text);
  }
}

/** Compiles `entry`, a file in `src` of the package `below`, and writes its output to `dist`. */
function build(below: string, entry: string, more: ts.CompilerOptions = {}): CompiledProgram {
  const at = `${folder}/${below}`;
  const compiled = compileProgram({
    rootNames: [`${at}/src/${entry}`],
    currentDirectory: at,
    compilerOptions: { ...OPTIONS, rootDir: `${at}/src`, outDir: `${at}/dist`, ...more },
  });
  expect(compiled.typescriptDiagnostics.map(({ messageText }) => messageText)).toEqual([]);
  for (const { fileName, text } of compiled.files) {
    mkdirSync(dirname(fileName), { recursive: true });
    writeFileSync(fileName, text);
  }
  return compiled;
}

const inOne = (change: (files: Record<string, string>) => void = () => undefined): CompiledProgram => {
  const files: Record<string, string> = { ...HELPERS };
  change(files);
  write({ "package.json": '{ "name": "shop", "type": "module" }' }, "shop");
  write({ ...files, "flow.ts": flow("./index.js") }, "shop/src");
  return build("shop", "flow.ts");
};

const library = (change: (files: Record<string, string>) => void = () => undefined): void => {
  const files: Record<string, string> = { ...HELPERS };
  change(files);
  const exports = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } };
  write({ "package.json": JSON.stringify({ name: "@acme/kit", type: "module", exports }) }, "kit");
  write(files, "kit/src");
  expect(build("kit", "index.ts", { declaration: true }).diagnostics).toEqual([]);
};

const shop = (): CompiledProgram => {
  write({ "package.json": '{ "name": "shop", "type": "module" }' }, "shop");
  write({ "flow.ts": flow("@acme/kit") }, "shop/src");
  return build("shop", "flow.ts");
};

/** As package managers link what is developed together. */
const linked = (): void => {
  mkdirSync(join(folder, "node_modules/@acme"), { recursive: true });
  symlinkSync(join(folder, "kit"), join(folder, "node_modules/@acme/kit"), "junction");
};

/** As they install what was published: without its sources. */
const installed = (): void => {
  cpSync(join(folder, "kit/dist"), join(folder, "shop/node_modules/@acme/kit/dist"), { recursive: true });
  cpSync(join(folder, "kit/package.json"), join(folder, "shop/node_modules/@acme/kit/package.json"));
  rmSync(join(folder, "kit"), { recursive: true });
};

describe.each([
  ["linked from the workspace", linked],
  ["installed without its sources", installed],
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
