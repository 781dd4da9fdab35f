import type { Editor, EffectSummary } from "@continuum/transformer";
import ts from "typescript";
import { expect, it } from "vitest";
import { decorate } from "./decorate.js";
import { hoverText } from "./hover-text.js";

const FILE = "/shop/order.ts";
const TEXT = "export const total: string = 1;\n";

function service(): ts.LanguageService {
  return ts.createLanguageService({
    getCompilationSettings: () => ({ noLib: true, noResolve: true }),
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => (name === FILE ? ts.ScriptSnapshot.fromString(TEXT) : undefined),
    getCurrentDirectory: () => "/shop",
    getDefaultLibFileName: () => "lib.d.ts",
    fileExists: (name) => name === FILE,
    readFile: () => undefined,
  });
}

const broken = (): never => {
  throw new Error("a hole in the compiler");
};

it("danger: a failure of ours is logged, and takes nothing of TypeScript's away", () => {
  const logged: string[] = [];
  const plain = service();
  const editor: Editor = { diagnostics: broken, fixes: broken, effectAt: broken };
  const decorated = decorate(plain, editor, (text) => void logged.push(text));
  expect(decorated.getSemanticDiagnostics(FILE).map(({ code }) => code)).toEqual([2322]);
  expect(decorated.getCodeFixesAtPosition(FILE, 13, 18, [2322], {}, {})).toEqual([]);
  expect(decorated.getQuickInfoAtPosition(FILE, 14)).toEqual(plain.getQuickInfoAtPosition(FILE, 14));
  expect(logged.map((text) => text.split("\n")[0])).toEqual([
    "no diagnostics: Error: a hole in the compiler",
    "no fixes: Error: a hole in the compiler",
    "no effect: Error: a hole in the compiler",
  ]);
});

it("what we do not answer is the service's own", () => {
  const plain = service();
  const decorated = decorate(
    plain,
    { diagnostics: () => [], fixes: () => [], effectAt: () => null },
    () => undefined,
  );
  expect(Object.keys(decorated).sort()).toEqual(Object.keys(plain).sort());
  expect(decorated.getSyntacticDiagnostics(FILE)).toEqual([]);
});

it("an effect of a program with errors has no identity yet, and its hover says so", () => {
  const effect: EffectSummary = {
    fileName: FILE,
    start: 0,
    end: 8,
    nameEnd: 5,
    kind: "timer",
    target: null,
    key: null,
    sites: [],
    policy: [],
  };
  expect(hoverText(effect)).toBe(
    "**Continuum**: timer\n\nIts site gets an id when the program has no errors.",
  );
  expect(hoverText({ ...effect, key: "shop/src/order#0" })).toBe(
    "**Continuum**: timer\n\nkey `shop/src/order#0`",
  );
});
