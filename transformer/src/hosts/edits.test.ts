/*
 * After any sequence of edits, what is kept is what would be found anew: verdicts, hashes, manifests, what emissions depend on, and
 * emissions. Both are asked of the same program, so that nothing but the memory can differ.
 */
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { examine } from "../pipeline.js";
import type { Examination } from "../pipeline.js";
import { followEdits } from "./edits.js";
import { FILES, FINE, MISTAKES } from "./fixtures/edited-shop.js";
import type { Edit } from "./fixtures/edited-shop.js";
import { hostFiles } from "./package-answers.js";

const folder = fileURLToPath(new URL("../../", import.meta.url))
  .replaceAll("\\", "/")
  .replace(/\/$/, "");

it("keeps, over every edit, what a look at the whole program would find", { timeout: 600_000 }, () => {
  const shop = openShop();
  shop.examine();
  const look = (edit: Edit): void => {
    const { kept, anew } = shop.examine();
    expect(verdictOf(kept), edit.join(" | ")).toEqual(verdictOf(anew));
  };
  for (const edit of FINE) {
    shop.toggle(edit);
    look(edit);
  }
  for (const edit of MISTAKES) {
    shop.toggle(edit);
    look(edit);
    shop.toggle(edit);
  }
});

const runs = Number(process.env["CONTINUUM_EDIT_RUNS"] ?? 1);

it.each([
  ["that leave the program right", FINE],
  ["by which it is refused and mended again", [...FINE, ...MISTAKES]],
])("keeps, over edits %s, what a look at the whole program would find", { timeout: 600_000 }, (_, edits) => {
  const round = fc.uniqueArray(fc.constantFrom(...edits), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(round, { minLength: 10, maxLength: 10 }), (rounds) => {
      const shop = openShop();
      for (const made of [[], ...rounds]) {
        made.forEach(shop.toggle);
        const { kept, anew } = shop.examine();
        expect(outcomeOf(kept), made.map((edit) => edit.join(" | ")).join("\n")).toEqual(outcomeOf(anew));
      }
    }),
    { numRuns: runs, endOnFailure: true },
  );
});

it("gives a new hash to the workflows that an edit concerns, and to no others", () => {
  const shop = openShop();
  const { examination } = shop.examine().kept;
  expect(examination.diagnostics).toEqual([]);
  const before = examination.workflows();
  expect(before.map(({ name }) => name)).toEqual(["reminderFlow", "orderFlow", "report"]);
  shop.toggle(["rates.ts", "90", "80"]);
  const after = shop.examine().kept.examination.workflows();
  const unchanged = after.filter(({ hash }, i) => hash === before[i]?.hash).map(({ name }) => name);
  expect(unchanged).toEqual(["reminderFlow", "report"]);
});

it("finds who calls a function that fills a table, wherever an edit puts the call", () => {
  const shop = openShop(REGISTERING, false);
  const codes = (): readonly string[] => {
    const { kept, anew } = shop.examine();
    expect(verdictOf(kept)).toEqual(verdictOf(anew));
    return kept.examination.diagnostics.map(({ code }) => code);
  };
  expect(codes()).toEqual([]);
  for (const edit of REGISTERED_LATER) {
    shop.toggle(edit);
    expect(codes(), edit.join(" | ")).toEqual(["CTM2008"]);
    shop.toggle(edit);
    expect(codes()).toEqual([]);
  }
});

const REGISTERING = {
  "order.ts": `import { workflow } from "@continuum/runtime/workflow";
import "./card.js";
import "./admin.js";
import { feeOf } from "./fees.js";
export const orderFlow = workflow({ version: 1 }, async (kind: string) => feeOf(kind));
`,
  "fees.ts": `const fees = new Map<string, number>();
export function register(kind: string, fee: number): void {
  fees.set(kind, fee);
}
export const feeOf = (kind: string) => fees.get(kind);
`,
  "card.ts": `import { register } from "./fees.js";
register("card", 30);
`,
  "admin.ts": `export {};
`,
  "barrel.ts": `export * from "./fees.js";
`,
};

const REGISTERED_LATER: readonly AnyEdit[] = [
  ["card.ts", `register("card", 30);`, `export const later = () => register("card", 30);`],
  [
    "admin.ts",
    "export {};",
    `import { register as on } from "./barrel.js";\nexport const later = () => on("x", 1);`,
  ],
  ["admin.ts", "export {};", `import * as fees from "./fees.js";\nexport const all = fees;`],
  ["barrel.ts", `export * from "./fees.js";`, `export { register as add } from "./fees.js";`],
];

interface Verdict {
  readonly diagnostics: unknown;
  readonly workflows: unknown;
  readonly manifests: unknown;
  readonly dependent: unknown;
}

function verdictOf({ examination }: Asked): Verdict {
  const { diagnostics, workflows, manifests, dependent } = examination.compiled();
  return { diagnostics, workflows, manifests, dependent };
}

/** With all that is emitted. */
function outcomeOf(asked: Asked): Verdict & { readonly emitted: unknown } {
  const { program, examination } = asked;
  const { transformer, writer } = examination.compiled();
  const emitted: [string, string][] = [];
  const write = writer((name, text) => emitted.push([name, text]));
  for (const file of program.getSourceFiles())
    if (file.fileName.startsWith(`${folder}/shop/`))
      program.emit(file, write, undefined, false, { before: [transformer] });
  return { ...verdictOf(asked), emitted };
}

interface Asked {
  readonly program: TS.Program;
  readonly examination: Examination;
}

/** Of any program: the file, and two texts of which the one is taken for the other. */
type AnyEdit = readonly [file: string, one: string, other: string];

/** A program that writes no declarations is all that there is: its exports are called by nobody else. */
function openShop(files: Readonly<Record<string, string>> = FILES, declaration = true) {
  const texts = new Map<string, string>(
    Object.entries(files).map(([name, text]) => [`${folder}/shop/${name}`, text]),
  );
  const versions = new Map<string, number>();
  const taken = new Set<AnyEdit>();
  const options: TS.CompilerOptions = {
    ...{
      target: ts.ScriptTarget.ES2023,
      lib: ["lib.es2023.d.ts"],
      types: [],
      strict: true,
      skipLibCheck: true,
    },
    ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    ...{ customConditions: ["@continuum/source"], outDir: `${folder}/out`, declaration },
  };
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => Array.from(texts.keys()),
    getScriptVersion: (name) => String(versions.get(name) ?? 0),
    getScriptSnapshot(name) {
      const text = texts.get(name) ?? ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => texts.has(name) || ts.sys.fileExists(name),
    readFile: (name) => texts.get(name) ?? ts.sys.readFile(name),
    directoryExists: (name) => name === `${folder}/shop` || ts.sys.directoryExists(name),
    getDirectories: ts.sys.getDirectories,
    ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
  });
  const edits = followEdits();
  return {
    /** Takes one text for the other, or puts it back; nothing where another edit has taken its text. */
    toggle(edit: AnyEdit): void {
      const [file, one, other] = edit;
      const name = `${folder}/shop/${file}`;
      const [from, to] = taken.has(edit) ? [other, one] : [one, other];
      const text = texts.get(name) ?? "";
      if (!text.includes(from)) return;
      texts.set(
        name,
        text.replace(from, () => to),
      );
      versions.set(name, (versions.get(name) ?? 0) + 1);
      if (!taken.delete(edit)) taken.add(edit);
    },
    examine(): { readonly kept: Asked; readonly anew: Asked } {
      const program = service.getProgram()!;
      const files = hostFiles(program);
      const { memory } = edits.next(program, files);
      return {
        kept: { program, examination: examine(program, {}, files, memory) },
        anew: { program, examination: examine(program, {}, files) },
      };
    },
  };
}
