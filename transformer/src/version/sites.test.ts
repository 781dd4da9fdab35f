import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { viewProgram } from "../compiler/program-view.js";
import { fixtureProgram, readFixture } from "../fixtures/program.js";
import type { ProgramModel } from "../ir/model.js";
import { recognize } from "../recognize/recognize.js";
import { versionWorkflows } from "./versions.js";
import type { WorkflowVersion } from "../ir/version.js";

function compiled(files: ReadonlyMap<string, string>): {
  readonly model: ProgramModel;
  readonly versions: ReadonlyMap<string, WorkflowVersion>;
  /** Also of further entrypoints, which share a name. */
  readonly all: readonly WorkflowVersion[];
} {
  const { program, readFile } = fixtureProgram(files);
  const view = viewProgram(program, { readFile });
  const { model, mutations } = recognize(view);
  const versions = versionWorkflows(view, model, mutations, readFile);
  return {
    model,
    versions: new Map(Array.from(versions, ([{ name }, version]) => [name, version])),
    all: [...versions.values()],
  };
}

function program(files: Readonly<Record<string, string>>): ReturnType<typeof compiled> {
  return compiled(new Map(Object.entries(files)));
}

const IMPORT = `import { activity, now, timer, uuid4, workflow } from "@continuum/runtime/workflow";\n`;

describe("no site is lost: what recognition reaches, a manifest explains", () => {
  const folder = new URL("../recognize/fixtures/", import.meta.url);
  for (const name of readdirSync(folder).sort()) {
    it(name.replace(/\.txt$/, "").replaceAll("-", " "), () => {
      const { model, all } = compiled(readFixture(readFileSync(new URL(name, folder), "utf8")).files);
      const explained = new Set(all.flatMap(({ sites }) => sites.map(({ effect }) => effect)));
      const lost = [...model.effects.values()].filter((effect) => !explained.has(effect));
      expect(lost.map(({ node }) => node.getText())).toEqual([]);
    });
  }
});

describe("the id of a site", () => {
  it("is the place of its function in the canonical form, and the ordinal among its equals", () => {
    const { versions } = program({
      "src/flow.ts": `${IMPORT}
async function pause(): Promise<void> { await timer(1); }
export const flow = workflow({ version: 1 }, async (ids: readonly string[]) => {
  await timer(1);
  await Promise.all(ids.map(async () => { await timer(2); await pause(); }));
  await Promise.all(ids.map(async () => { await timer(3); now(); await timer(4); }));
  await timer(5);
});`,
    });
    expect(versions.get("flow")?.sites.map(({ id }) => id)).toEqual([
      "flow/0.0/timer/0",
      "flow/0.0.0/timer/0",
      "flow/0.0.1/timer/0",
      "flow/0.0.1/now/0",
      "flow/0.0.1/timer/1",
      "flow/0.0/timer/1",
      "flow/1.0/timer/0",
    ]);
  });

  it("of a shared helper begins with each workflow that reaches it", () => {
    const { versions } = program({
      "src/flows.ts": `${IMPORT}
async function pause(): Promise<void> { await timer(1); }
export const first = workflow({ version: 1 }, async () => { await pause(); });
export const second = workflow({ version: 1 }, async () => { uuid4(); await pause(); });`,
    });
    expect(versions.get("first")?.sites.map(({ id }) => id)).toEqual(["first/1.0/timer/0"]);
    expect(versions.get("second")?.sites.map(({ id }) => id)).toEqual([
      "second/0.0/uuid4/0",
      "second/1.0/timer/0",
    ]);
  });

  it("is not moved by a method that nothing reaches", () => {
    const basket = (unreached: string): string => `${IMPORT}
class Basket {
  ${unreached}
  async add(): Promise<void> { await timer(1); }
}
export const flow = workflow({ version: 1 }, async () => { await new Basket().add(); });`;
    const [without, within] = ["", "async drop(): Promise<void> { await timer(2); }"].map((unreached) =>
      program({ "src/flow.ts": basket(unreached) }).versions.get("flow"),
    );
    expect(within?.sites.map(({ id }) => id)).toEqual(without?.sites.map(({ id }) => id));
    expect(within?.hash).toBe(without?.hash);
  });
});

describe("the canonical form", () => {
  it("ends on helpers that call each other", () => {
    const even = (more: string): string => `${IMPORT}
export function even(n: number): boolean { return n === 0 || odd(n - 1)${more}; }
export function odd(n: number): boolean { return n !== 0 && even(n - 1); }
export const flow = workflow({ version: 1 }, async (n: number) => { await timer(1); return even(n); });`;
    const hashes = ["", "", " && n < 99"].map(
      (more) => program({ "src/flow.ts": even(more) }).versions.get("flow")?.hash,
    );
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });

  it("takes a module that is used as an object for all of its exports", () => {
    const files = (rate: number): Readonly<Record<string, string>> => ({
      "src/rates.ts": `export const eur = 1;\nexport const usd = ${String(rate)};\nexport interface Unused { x: number }\n`,
      "src/flow.ts": `${IMPORT}import * as rates from "./rates.js";
export const flow = workflow({ version: 1 }, async (key: "eur" | "usd") => { await timer(1); return rates[key]; });`,
    });
    expect(program(files(2)).versions.get("flow")?.hash).not.toBe(
      program(files(3)).versions.get("flow")?.hash,
    );
  });

  it("tells the names of one destructured constant apart", () => {
    const flow = (used: string): string => `${IMPORT}
const { a, b } = { a: 1, b: 2 };
export const flow = workflow({ version: 1 }, async () => { await timer(1); return ${used}; });`;
    expect(program({ "src/flow.ts": flow("a") }).versions.get("flow")?.hash).not.toBe(
      program({ "src/flow.ts": flow("b") }).versions.get("flow")?.hash,
    );
  });

  it("does not contain the children of a workflow, nor the workflow itself again", () => {
    const files = (value: number): Readonly<Record<string, string>> => ({
      "src/child.ts": `${IMPORT}export const child = workflow({ version: 1 }, async () => { await timer(1); return ${String(value)}; });`,
      "src/flow.ts": `${IMPORT}import { child } from "./child.js";
export const flow = workflow({ version: 1 }, async () => { await timer(1); return [child.version.name, flow.version.name]; });`,
    });
    const [one, two] = [program(files(1)), program(files(2))];
    expect(one.versions.get("flow")?.hash).toBe(two.versions.get("flow")?.hash);
    expect(one.versions.get("child")?.hash).not.toBe(two.versions.get("child")?.hash);
  });

  it("names a difference by its declaration", () => {
    const files = (rate: number): Readonly<Record<string, string>> => ({
      "src/pricing.ts": `const RATE = ${String(rate)};\nexport const priceOf = (n: number): number => n * RATE;\n`,
      "src/flow.ts": `${IMPORT}import { priceOf } from "./pricing.js";
export const flow = workflow({ version: 1 }, async () => { await timer(1); return priceOf(2); });`,
    });
    const [before, after] = [files(1), files(2)].map(
      (texts) => program(texts).versions.get("flow")?.declarations ?? [],
    );
    const changed = after?.filter(({ hash }, i) => hash !== before?.[i]?.hash);
    expect(changed?.map(({ name, file }) => [name, file.fileName])).toEqual([
      ["RATE", "/shop/src/pricing.ts"],
    ]);
  });
});
