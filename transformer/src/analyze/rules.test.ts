/*
 * What every rule has: a file, a code, fixtures that show it err, err through a helper and leave right code alone, and a page that
 * says why, with code that compiles.
 */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ts } from "../compiler/ts.js";
import { fixtureProgram, readFixture } from "../fixtures/program.js";
import { determinismRules, structureRules } from "./rules/index.js";

const here = (path: string): URL => new URL(path, import.meta.url);
const rules = readdirSync(here("./rules/"))
  .filter((name) => name !== "index.ts" && !name.endsWith(".test.ts"))
  .map((name) => name.replace(/\.ts$/, ""));
const pages = here("../../../docs/errors/");

describe("the table of rules", () => {
  it("has one code for each file, and no code twice", () => {
    const codes = rules.map(codesOf);
    expect(codes.map((each) => each.length)).toEqual(rules.map(() => 1));
    expect(new Set(codes.flat()).size).toBe(rules.length);
  });

  it("runs every rule, once", () => {
    const all = [...structureRules, ...determinismRules].map(({ code }) => code).sort();
    expect(all).toEqual(rules.flatMap(codesOf).sort());
  });
});

for (const rule of rules) {
  describe(`rule ${rule.replaceAll("-", " ")}`, () => {
    const fixtures = readdirSync(here(`./fixtures/${rule}/`));
    const read = (name: string): ReturnType<typeof readFixture> =>
      readFixture(readFileSync(here(`./fixtures/${rule}/${name}`), "utf8"));

    it("errs in a fixture", () => {
      const [code = ""] = codesOf(rule);
      expect(fixtures.filter((name) => name.startsWith("errs"))).toContain("errs.txt");
      expect(read("errs.txt").expected).toContain(` ${code}: `);
    });

    it("errs through a helper in another file", () => {
      const [code = ""] = codesOf(rule);
      const elsewhere = read("errs-through-helper.txt")
        .expected.split("\n")
        .filter((line) => line.includes(` ${code}: `) && !line.startsWith("src/order.ts:"));
      expect(elsewhere).not.toEqual([]);
    });

    it("leaves right code alone", () => {
      const fine = fixtures.filter((name) => name.startsWith("fine"));
      expect(fine).not.toEqual([]);
      for (const name of fine) expect(read(name).expected, name).not.toMatch(/ error CTM/);
      for (const name of fine)
        expect(read(name).expected, name).not.toContain(` ${codesOf(rule)[0] ?? ""}: `);
    });

    it("has a page with the reason and the fix, whose code compiles", () => {
      const [code = ""] = codesOf(rule);
      const page = readFileSync(new URL(`${code}.md`, pages), "utf8");
      expect(page.startsWith(`# ${code}: `)).toBe(true);
      expect(page).toMatch(/^(## Why it matters$|\*\*Why it matters\.\*\*)/m);
      const [, fix = ""] = page.split(/^(?:## The fix$|\*\*The fix\.\*\*)/m);
      const blocks = [...fix.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, text = ""]) => text);
      expect(blocks).not.toEqual([]);
      for (const block of blocks) expect(mistakesIn(block), block).toEqual([]);
    });
  });
}

/** The codes that a rule's file names. */
function codesOf(rule: string): readonly string[] {
  const text = readFileSync(here(`./rules/${rule}.ts`), "utf8");
  return Array.from(new Set(Array.from(text.matchAll(/"(CTM\d{4})"/g), ([, code = ""]) => code)));
}

/** Modules that an example imports of its reader, parameters whose callers are not shown, a `return` of the function around it. */
const HARMLESS: ReadonlySet<number> = new Set([2307, 7006, 1108]);

/** Type errors of an example: it names the authoring API as it is; all else that it does not declare may be anything. */
function mistakesIn(example: string): readonly string[] {
  const missing = new Set<string>();
  for (;;) {
    const declared = [...missing]
      .map((name) => `declare const ${name}: any; declare type ${name} = any;`)
      .join(" ");
    const body = /^import /m.test(example) ? example : `${authoringImport()}\n${example}`;
    const text = `${body}\n${declared}\nexport {};\n`;
    const { program } = fixtureProgram(new Map([["src/example.ts", text]]));
    const file = program.getSourceFile("/shop/src/example.ts");
    const mistakes = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ code, messageText }) => ({ code, text: ts.flattenDiagnosticMessageText(messageText, " ") }),
    );
    const unknown = mistakes.flatMap(({ code, text }) =>
      code === 2304 || code === 2552 || code === 18004 ? (/'([^']+)'/.exec(text)?.[1] ?? []) : [],
    );
    const fresh = unknown.filter((name) => !missing.has(name));
    if (fresh.length === 0) return mistakes.filter(({ code }) => !HARMLESS.has(code)).map(({ text }) => text);
    fresh.forEach((name) => missing.add(name));
  }
}

let imported: string | null = null;

/** Everything that workflow modules can import, by name. */
function authoringImport(): string {
  if (imported !== null) return imported;
  const entry = 'import * as all from "@continuum/runtime/workflow"; export { all };';
  const { program } = fixtureProgram(new Map([["src/entry.ts", entry]]));
  const checker = program.getTypeChecker();
  const file = program.getSourceFile("/shop/src/entry.ts");
  const [statement] = file?.statements ?? [];
  if (statement === undefined || !ts.isImportDeclaration(statement)) throw new Error("The entry is empty.");
  const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
  const names = module === undefined ? [] : checker.getExportsOfModule(module).map(({ name }) => name);
  return (imported = `import { ${names.join(", ")} } from "@continuum/runtime/workflow";`);
}
