import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FileReader } from "../../compiler/packages.js";
import type { Question } from "./verdict.js";

const question: Question = {
  entries: [{ specifier: "dice", from: "/shop/src/order.ts", how: "import", names: ["roll"] }],
  members: [],
  atLoad: [],
  others: { entries: [], members: [] },
};
const PURE = "export const roll = (n) => n % 6;\n";
const RANDOM = "export const roll = (n) => Math.floor(Math.random() * n);\n";

/** Another process: the module is loaded anew, and remembers nothing. */
async function ask(texts: ReadonlyMap<string, string>, store: Map<string, string>): Promise<string> {
  vi.resetModules();
  const { rememberedAnswer } = await import("./remember.js");
  return verdict(rememberedAnswer, texts, store);
}

function verdict(
  rememberedAnswer: (question: Question, files: FileReader) => { readonly entries: readonly unknown[] },
  texts: ReadonlyMap<string, string>,
  store: Map<string, string>,
): string {
  const files: FileReader = {
    readFile: (path) => texts.get(path),
    kept: {
      analysis: "test",
      read: (key) => store.get(key),
      write: (key, text) => void store.set(key, text),
    },
  };
  const [deeds] = rememberedAnswer(question, files).entries as [readonly { readonly what: string }[] | null];
  return deeds === null ? "no code" : deeds.map(({ what }) => what).join() || "pure";
}

function installed(code: string): Map<string, string> {
  return new Map([
    [
      "/shop/node_modules/dice/package.json",
      '{ "name": "dice", "version": "1.0.0", "type": "module", "main": "./dice.js" }',
    ],
    ["/shop/node_modules/dice/dice.js", code],
  ]);
}

describe("answers on packages", () => {
  const store = new Map<string, string>();
  beforeEach(() => store.clear());

  it("are kept, and used while nothing has changed", async () => {
    expect(await ask(installed(RANDOM), store)).toBe("Math.random");
    const [key] = store.keys();
    const kept = store.get(key ?? "") ?? "";
    // What is kept is what is read: a mark in it comes out again, once its digest is right.
    const body = kept.slice(kept.indexOf("\n") + 1).replaceAll("Math.random", "Math.marked");
    const { sha256 } = await import("@continuum/contract");
    store.set(key ?? "", `${sha256(body)}\n${body}`);
    expect(await ask(installed(RANDOM), store)).toBe("Math.marked");
  });

  it("danger: a package that is patched in place keeps its version, and not its answer", async () => {
    expect(await ask(installed(PURE), store)).toBe("pure");
    expect(await ask(installed(RANDOM), store)).toBe("Math.random");
    expect(await ask(installed(PURE), store)).toBe("pure");
  });

  it("danger: the same in one process, as in a watcher", async () => {
    vi.resetModules();
    const { rememberedAnswer } = await import("./remember.js");
    expect(verdict(rememberedAnswer, installed(PURE), store)).toBe("pure");
    expect(verdict(rememberedAnswer, installed(RANDOM), store)).toBe("Math.random");
  });

  it("danger: a package that was not there is installed", async () => {
    expect(await ask(new Map(), store)).toBe("no code");
    expect(await ask(installed(RANDOM), store)).toBe("Math.random");
  });

  it("danger: another package of that name comes nearer", async () => {
    const texts = installed(PURE);
    expect(await ask(texts, store)).toBe("pure");
    for (const [path, text] of installed(RANDOM)) texts.set(path.replace("/shop/", "/shop/src/"), text);
    expect(await ask(texts, store)).toBe("Math.random");
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["no text of ours", () => "{}\n{}"],
    ["changed", (text: string) => text.replace(/"entries":\[\[.*?\]\]/, '"entries":[[]]')],
  ])("danger: what is kept is %s", async (_, spoil) => {
    expect(await ask(installed(RANDOM), store)).toBe("Math.random");
    for (const [key, text] of store) store.set(key, spoil(text));
    expect(await ask(installed(RANDOM), store)).toBe("Math.random");
  });
});
