import { describe, expect, it } from "vitest";
import { viewProgram } from "../compiler/program-view.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { fixtureProgram } from "../fixtures/program.js";
import { verdictOf } from "./judge.js";
import { knownApis } from "./known-apis.js";

const { program, readFile } = fixtureProgram(new Map([["src/empty.ts", "export {};\n"]]));
const view = viewProgram(program, { readFile });

/** The global values of ECMAScript's library, not of Node. */
function globals(): readonly { readonly symbol: TS.Symbol; readonly declaration: TS.Node }[] {
  const file = program.getSourceFile("/shop/src/empty.ts");
  if (file === undefined) throw new Error("no file");
  return view.checker.getSymbolsInScope(file, ts.SymbolFlags.Value).flatMap((symbol) => {
    const declaration = symbol.declarations?.find((at) =>
      program.isSourceFileDefaultLibrary(at.getSourceFile()),
    );
    return declaration === undefined ? [] : [{ symbol, declaration }];
  });
}

describe("the table of known APIs", () => {
  it("has a word on every global of ECMAScript: a false alarm there would hit everybody", () => {
    const unjudged = globals().filter(({ declaration }) => verdictOf(declaration) === null);
    expect(unjudged.map(({ symbol }) => symbol.name)).toEqual([]);
  });

  it("has a word on every member of every global of ECMAScript", () => {
    const unjudged: string[] = [];
    for (const { symbol, declaration } of globals()) {
      const type = view.checker.getTypeOfSymbolAtLocation(symbol, declaration);
      const instances = type.getConstructSignatures().map((signature) => signature.getReturnType());
      for (const part of [type, ...instances]) {
        for (const member of view.checker.getPropertiesOfType(part)) {
          const at = member.declarations?.[0];
          if (at !== undefined && verdictOf(at) === null) unjudged.push(`${symbol.name}.${member.name}`);
        }
      }
    }
    expect(unjudged).toEqual([]);
  });

  it("names nothing of ECMAScript that does not exist", () => {
    const spelled = [...knownApis.keys()].filter((key) =>
      /^(Date|Math|String|DateConstructor|ErrorConstructor)\.\w+$/.test(key),
    );
    expect(spelled.length).toBeGreaterThan(40);
    const missing = spelled.filter((key) => {
      const [container, member] = key.split(".") as [string, string];
      const symbol = view.checker.resolveName(container, undefined, ts.SymbolFlags.Interface, false);
      return symbol === undefined || symbol.members?.has(ts.escapeLeadingUnderscores(member)) !== true;
    });
    expect(missing.filter((key) => key !== "Date.constructor")).toEqual([]);
  });
});
