import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { compileProgram } from "@continuum/transformer";
import { describe, expect, it } from "vitest";

const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const filesIn = (name: string) => readdirSync(folder(name)).map((file) => `${folder(name)}/${file}`);
const program = (rootNames: readonly string[], trustedModules: TrustedModules = []) =>
  compileProgram({
    tsconfig: folder("../tsconfig.json"),
    rootNames: [...rootNames],
    compilerOptions: { noEmit: false },
    trustedModules,
  });
type TrustedModules = NonNullable<Parameters<typeof compileProgram>[0]["trustedModules"]>;
type Diagnostic = ReturnType<typeof compileProgram>["diagnostics"][number];

const fileOf = ({ fileName }: Diagnostic) => `${basename(dirname(fileName))}/${basename(fileName)}`;
const hintedNames = ({ hint }: Diagnostic) =>
  Array.from(hint?.matchAll(/\{ module: "([^"]+)", names: \["([^"]+)"\] \}/g) ?? [], ([, module, name]) => ({
    module: module ?? "",
    names: [name ?? ""],
  }));

const LUXON = /^luxon\/build\/es6\/luxon\.mjs$/;

/** The file, what is marked in it, where in the package the mistake is, and what is named there. */
const IMPURE: readonly (readonly [file: string, marked: string, place: RegExp, what: string])[] = [
  ["chance.ts", "Chance", /^chance\/chance\.js$/, "Math.random"],
  ["date-fns.ts", "addDays", /^date-fns\/addDays\.js$/, ".setDate"],
  ["dayjs-absent.ts", "dayjs.utc", /^dayjs\/dayjs\.min\.js$/, "new Date"],
  ["dayjs-local.ts", "dayjs.utc(input.at).local", /^dayjs\/dayjs\.min\.js$/, "new Date"],
  ["dayjs.ts", "dayjs", /^dayjs\/dayjs\.min\.js$/, "new Date"],
  ["decimal.ts", "Decimal.random", /^decimal\.js\/decimal\.mjs$/, "Math.random"],
  ["dotenv.ts", "config", /^dotenv\/dist\/index\.cjs$/, "readFileSync"],
  ["lodash-es.ts", "uniqueId", /^lodash-es\/uniqueId\.js$/, "idCounter"],
  ["lodash-now.ts", "now", /^lodash\/_root\.js$/, "Function"],
  ["lodash.ts", "_.uniqueId", /^lodash\/uniqueId\.js$/, "idCounter"],
  ["lru-cache.ts", "LRUCache", /^lru-cache\/dist\/esm\/node\/index\.min\.js$/, "performance"],
  ["luxon-language.ts", 'DateTime.fromISO(input.at, { zone: "utc" }).toLocaleString', LUXON, "Date.now"],
  ["luxon-zone.ts", "DateTime.fromISO", LUXON, "Date.now"],
  ["luxon.ts", "DateTime.now", LUXON, "Date.now"],
  ["moment.ts", "moment", /^moment\/moment\.js$/, "Date.now"],
  ["nanoid.ts", "nanoid", /^nanoid\/index\.js$/, "Buffer.allocUnsafe"],
  ["p-limit.ts", "pLimit", /^p-limit\/index\.js$/, "queueMicrotask"],
  ["pino.ts", "pino", /^pino\/lib\/time\.js$/, "Date.now"],
  [
    "temporal-duration.ts",
    "Temporal.PlainDate.from(input.date).until",
    /^temporal-polyfill\/chunks\/internal\.js$/,
    "Date.now",
  ],
  ["temporal-now.ts", "Temporal.Now.plainDateISO", /^temporal-polyfill\/chunks\/internal\.js$/, "Date.now"],
  ["typebox.ts", "Type.Recursive", /type\/recursive\/recursive\.mjs$/, "Ordinal"],
  ["ulid.ts", "ids.ulid", /^ulid\/dist\/node\/index\.js$/, "Date.now"],
  ["uuid.ts", "makeId", /^uuid\/dist-node\/v4\.js$/, "crypto.randomUUID"],
  ["zod-random.ts", "core.util.randomString", /^zod\/v4\/core\/util\.js$/, "Math.random"],
  ["zod-registry.ts", "z.string().meta", /^zod\/v4\/classic\/schemas\.js$/, "core.globalRegistry"],
  ["zod.ts", "z.config", /^zod\/v4\/core\/core\.js$/, "globalConfig"],
];

/** Pure as they are used here, which can't be proven: docs/packages.md says why, and shows the entry. */
const UNPROVEN: readonly (readonly [file: string, marked: string, place: RegExp, what: string])[] = [
  ["moment.ts", "moment.utc", /^moment\/moment\.js$/, "Date.now"],
  ["yup.ts", "object", /^property-expr\/index\.js$/, "SPEC_CHAR_REGEX"],
];

describe("pure libraries", () => {
  const { diagnostics, manifests, typescriptDiagnostics } = program(filesIn("pure"));

  it("pass without a word on trust", () => {
    expect(diagnostics).toEqual([]);
    expect(typescriptDiagnostics).toEqual([]);
    expect(manifests.size).toBe(readdirSync(folder("pure")).length);
  });
});

const refused = program([...filesIn("impure"), ...filesIn("unproven")]);

describe("impure libraries are refused, and the path leads to the line in the package", () => {
  it("all of them, and nothing else", () => {
    const files = new Set(refused.diagnostics.map(fileOf));
    expect(refused.typescriptDiagnostics).toEqual([]);
    expect(Array.from(files).sort()).toEqual([
      ...IMPURE.map(([file]) => `impure/${file}`),
      ...UNPROVEN.map(([file]) => `unproven/${file}`),
    ]);
    expect(IMPURE.map(([file]) => file)).toEqual(readdirSync(folder("impure")).sort());
    expect(UNPROVEN.map(([file]) => file)).toEqual(readdirSync(folder("unproven")).sort());
  });

  it.each(IMPURE)("%s: %s", (file, marked, place, what) => {
    expectRefused(`impure/${file}`, marked, place, what);
  });
});

describe("what can't be proven is refused, and the entry that its hint shows lets it pass", () => {
  const entries = refused.diagnostics
    .filter((found) => fileOf(found).startsWith("unproven/"))
    .flatMap(hintedNames);
  const { diagnostics, manifests } = program(filesIn("unproven"), merged(entries));

  it.each(UNPROVEN)("%s: %s", (file, marked, place, what) => {
    expectRefused(`unproven/${file}`, marked, place, what);
  });

  it("with the entries of the hints alone", () => {
    expect(diagnostics).toEqual([]);
    expect(manifests.size).toBe(UNPROVEN.length);
  });

  it("and the page on packages shows each of them", () => {
    const page = readFileSync(folder("../../../docs/packages.md"), "utf8");
    for (const { module, names } of entries)
      expect(page).toMatch(new RegExp(`module: "${module}", names: \\[[^\\]]*"${names.join()}"`));
  });
});

function expectRefused(file: string, marked: string, place: RegExp, what: string): void {
  const source = readFileSync(folder(file), "utf8");
  const markedBy = ({ place: { start, length } }: Diagnostic) => source.slice(start, start + length);
  const found = refused.diagnostics.find((each) => fileOf(each) === file && markedBy(each) === marked);
  expect(found?.code).toMatch(/^CTM204[01]$/);

  const last = found?.path.at(-1);
  expect(last?.place.file).toMatch(place);
  expect(found?.message).toContain(`${last?.place.file ?? ""}:${String(last?.place.line)} uses`);
  expect(found?.message).toContain(what);
  const code = readFileSync(last?.fileName ?? "", "utf8");
  const at = code.slice(last?.place.start, (last?.place.start ?? 0) + (last?.place.length ?? 0));
  expect(nameIn(at, what)).toBe(true);
  expect(found?.hint).toContain("activity(…)");
  expect(found?.hint).toMatch(/trustedModules: \[\{ module: "/);
}

/** One entry for each module: of two, the later one would hold. */
function merged(entries: ReturnType<typeof hintedNames>): TrustedModules {
  const names = new Map<string, string[]>();
  for (const entry of entries) names.set(entry.module, [...(names.get(entry.module) ?? []), ...entry.names]);
  return Array.from(names, ([module, of]) => ({ module, names: of }));
}

/** Does the text name what is said of it? Modules of Node are named by their specifier, state by its variable. */
function nameIn(text: string, what: string): boolean {
  return text.includes(what.replace(/^node:/, ""));
}
