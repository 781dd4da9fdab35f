import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { compileProgram } from "@continuum/transformer";
import { describe, expect, it } from "vitest";

const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const program = (name: string) =>
  compileProgram({
    tsconfig: folder("../tsconfig.json"),
    rootNames: readdirSync(folder(name)).map((file) => `${folder(name)}/${file}`),
    compilerOptions: { noEmit: false },
  });

/** The file, what is marked in it, where in the package the mistake is, and what is named there. */
const IMPURE: readonly (readonly [file: string, marked: string, place: RegExp, what: string])[] = [
  ["chance.ts", "Chance", /^chance\/chance\.js$/, "Math.random"],
  ["date-fns.ts", "addDays", /^date-fns\/addDays\.js$/, ".setDate"],
  ["dayjs.ts", "dayjs", /^dayjs\/dayjs\.min\.js$/, "new Date"],
  ["decimal.ts", "Decimal.random", /^decimal\.js\/decimal\.mjs$/, "Math.random"],
  ["dotenv.ts", "config", /^dotenv\/dist\/index\.cjs$/, "readFileSync"],
  ["lodash-es.ts", "uniqueId", /^lodash-es\/uniqueId\.js$/, "idCounter"],
  ["lru-cache.ts", "LRUCache", /^lru-cache\/dist\/esm\/node\/index\.min\.js$/, "performance"],
  ["luxon.ts", "DateTime", /^luxon\/build\/es6\/luxon\.mjs$/, "Date.now"],
  ["moment.ts", "moment", /^moment\/moment\.js$/, "Date.now"],
  ["nanoid.ts", "nanoid", /^nanoid\/index\.js$/, "Buffer.allocUnsafe"],
  ["p-limit.ts", "pLimit", /^p-limit\/index\.js$/, "queueMicrotask"],
  ["pino.ts", "pino", /^pino\/lib\/time\.js$/, "Date.now"],
  ["ulid.ts", "ids.ulid", /^ulid\/dist\/node\/index\.js$/, "Date.now"],
  ["uuid.ts", "makeId", /^uuid\/dist-node\/v4\.js$/, "crypto.randomUUID"],
];

describe("pure libraries", () => {
  const { diagnostics, manifests, typescriptDiagnostics } = program("pure");

  it("pass without a word on trust", () => {
    expect(diagnostics).toEqual([]);
    expect(typescriptDiagnostics).toEqual([]);
    expect(manifests.size).toBe(readdirSync(folder("pure")).length);
  });
});

describe("impure libraries are refused, and the path leads to the line in the package", () => {
  const { diagnostics, typescriptDiagnostics } = program("impure");

  it("all of them, and nothing else", () => {
    expect(typescriptDiagnostics).toEqual([]);
    expect(diagnostics.map(({ fileName }) => basename(fileName)).sort()).toEqual(
      IMPURE.map(([file]) => file),
    );
    expect(IMPURE.map(([file]) => file)).toEqual(readdirSync(folder("impure")).sort());
  });

  it.each(IMPURE)("%s: %s", (file, marked, place, what) => {
    const found = diagnostics.find(({ fileName }) => basename(fileName) === file);
    expect(found?.code).toMatch(/^CTM204[01]$/);
    const source = readFileSync(folder(`impure/${file}`), "utf8");
    const { start = 0, length = 0 } = found?.place ?? {};
    expect(source.slice(start, start + length)).toBe(marked);

    const last = found?.path.at(-1);
    expect(last?.place.file).toMatch(place);
    expect(found?.message).toContain(`${last?.place.file ?? ""}:${String(last?.place.line)} uses`);
    expect(found?.message).toContain(what);
    const code = readFileSync(last?.fileName ?? "", "utf8");
    const at = code.slice(last?.place.start, (last?.place.start ?? 0) + (last?.place.length ?? 0));
    expect(nameIn(at, what)).toBe(true);
    expect(found?.hint).toContain("activity(…)");
    expect(found?.hint).toMatch(/trustedModules: \[\{ module: "/);
  });
});

/** Does the text name what is said of it? Modules of Node are named by their specifier, state by its variable. */
function nameIn(text: string, what: string): boolean {
  return text.includes(what.replace(/^node:/, ""));
}
