import { describe, expect, it } from "vitest";
import { REVIEWED_PACKAGES } from "./reviewed-packages.js";
import type { ShippedFiles } from "./resolve.js";
import { answer } from "./verdict.js";
import type { Answer, Question } from "./verdict.js";

const CORE = "v4/core/core.js";
/** As zod does: what parses asks for the settings by the function that makes them. */
const SETTINGS = `
  const globalConfig = {};
  export const config = (given) => { if (given) Object.assign(globalConfig, given); return globalConfig; };
  export const string = () => ({ parse: (text) => config().locale + text });`;

/** A package that calls itself zod, in which one file keeps settings. */
function installed(version: string, file = CORE, code = SETTINGS): ShippedFiles {
  const texts = new Map([
    [
      "/shop/node_modules/zod/package.json",
      JSON.stringify({ name: "zod", version, type: "module", main: `./${file}` }),
    ],
    [`/shop/node_modules/zod/${file}`, code],
  ]);
  return { readFile: (path) => texts.get(path) };
}

const entry = (name: string): Question["entries"][number] => ({
  specifier: "zod",
  from: "/shop/src/order.ts",
  how: "import",
  names: [name],
});
const question = (names: readonly string[], others: readonly string[] = []): Question => ({
  entries: names.map(entry),
  members: ["parse"],
  atLoad: [],
  others: { entries: others.map(entry), members: [] },
});
const said = ({ entries, members }: Answer): readonly string[] =>
  [...entries, ...members].flatMap((deeds) => (deeds ?? []).map(({ what }) => what));

describe("what people have read", () => {
  it("is no mistake in the versions that were read", () => {
    for (const version of ["4.0.0", "4.6.99", "3.25.76"])
      expect(said(answer(question(["string"]), installed(version)))).toEqual([]);
  });

  it.each(["4.7.0", "5.0.0", "3.25.0", "4.6.0-canary.1", ""])("danger: version '%s' was not", (version) => {
    expect(said(answer(question(["config"]), installed(version)))).toEqual(["globalConfig"]);
  });

  it("danger: the same in another file, or another deed in the same", () => {
    const elsewhere = installed("4.6.0", "v4/core/other.js");
    expect(said(answer(question(["config"]), elsewhere))).toEqual(["globalConfig"]);
    const clock = installed("4.6.0", CORE, "export const string = () => Date.now();");
    expect(said(answer(question(["string"]), clock))).toEqual(["Date.now"]);
  });

  it("danger: who calls what is there for the state is told so", () => {
    expect(said(answer(question(["string"]), installed("4.6.0")))).toEqual([]);
    expect(said(answer(question(["string", "config"]), installed("4.6.0")))).toEqual(["globalConfig"]);
  });

  it("danger: also of code that is no workflow code, since workflow code relies on it", () => {
    const { settings } = answer(question(["string"], ["config"]), installed("4.6.0"));
    expect(settings.map(({ by, deed }) => `${by}: ${deed.what}`)).toEqual(["config: globalConfig"]);
  });
});

describe("the table", () => {
  it("names each deed once, with its reason, in versions that are in order", () => {
    for (const { deeds, versions } of REVIEWED_PACKAGES) {
      const named = deeds.flatMap(({ file, what }) => what.map((each) => `${file} ${each}`));
      expect(new Set(named).size).toBe(named.length);
      for (const { why } of deeds) expect(why.length).toBeGreaterThan(20);
      expect(versions[0] < versions[1]).toBe(true);
    }
  });
});
