import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../diagnostic.js";
import { examine, withEdits } from "./fixtures/examined.js";
import type { Examined, Files } from "./fixtures/examined.js";

/** [what it is, workflow code, what becomes of it]: the first fix of the first diagnostic. */
const CHANGES: readonly (readonly [string, string, string])[] = [
  ["Date.now()", "return Date.now();", "return now();"],
  ["Date.now as a value", "return [1].map(Date.now);", "return [1].map(() => now());"],
  [
    "the clock under a name of its own",
    "const now = Date.now(); return now;",
    "const now = continuumNow(); return now;",
  ],
  ["new Date()", "return new Date().getTime();", "return new Date(now()).getTime();"],
  [
    "new Date without parentheses",
    "const d = new Date; return d.getTime();",
    "const d = new Date(now()); return d.getTime();",
  ],
  ["performance.now()", "return performance.now();", "return now();"],
  ["Math.random()", "return Math.floor(Math.random() * 6);", "return Math.floor(random() * 6);"],
  ["crypto.randomUUID()", "return crypto.randomUUID();", "return uuid4();"],
  [
    "a promise that a timeout resolves",
    "await new Promise((resolve) => setTimeout(resolve, 5 * 1000));",
    "await timer(5 * 1000);",
  ],
  [
    "a promise that a timeout resolves, in blocks",
    "await new Promise<void>((done) => { setTimeout(() => { done(); }, input.length); });",
    "await timer(input.length);",
  ],
  ["console.log of a text", "console.log(`got ${input}`);", "log.info(`got ${input}`);"],
  [
    "console.error of a text and values",
    'const n = input.length; console.error("failed", n, input.at(0), 1 + 1);',
    'const n = input.length; log.error("failed", { n, value: input.at(0), value2: 1 + 1 });',
  ],
  [
    "console.log of values",
    "const n = 1; console.log(n, input.length);",
    'const n = 1; log.info("n, length", { n, length: input.length });',
  ],
  ["console.info of nothing", "console.info();", 'log.info("");'],
  ["a promise thrown away", "activity(charge(input));", "await activity(charge(input));"],
  ["a promise that may be cancelled", "void activity(charge(input));", "await activity(charge(input));"],
  [
    "many promises thrown away",
    "[1].map(() => activity(charge(input)));",
    "await Promise.all([1].map(() => activity(charge(input))));",
  ],
  [
    "forEach with an async function",
    "[1].forEach(async () => { await activity(charge(input)); });",
    "await Promise.all([1].map(async () => { await activity(charge(input)); }));",
  ],
  ["an hour of the machine", "return new Date(0).getHours();", "return new Date(0).getUTCHours();"],
  ["capitals of the machine's language", "return input.toLocaleUpperCase();", "return input.toUpperCase();"],
  [
    "a number in the machine's language",
    "return (5).toLocaleString();",
    'return (5).toLocaleString("en-US");',
  ],
  [
    "the machine's order of texts",
    'return input.localeCompare("b");',
    'return input.localeCompare("b", "en");',
  ],
  [
    "a date of the machine's zone",
    "return new Date(2024, 1, 1).getTime();",
    "return new Date(Date.UTC(2024, 1, 1)).getTime();",
  ],
  ["a date in a text", "return `${new Date(0)}`;", "return `${new Date(0).toISOString()}`;"],
  ["globalThis.Promise", "await globalThis.Promise.resolve();", "await Promise.resolve();"],
  [
    "a helper that reads a file",
    "const text = await readText(input); return text.length;",
    "const text = await activity(readText(input)); return text.length;",
  ],
  [
    "a helper that is not async",
    "return readNow(input).length;",
    "return (await activity(readNow(input))).length;",
  ],
];

const HEAD = 'import { activity, workflow } from "@continuum/runtime/workflow";\n';
const HELPERS = `import { charge } from "./bank.js";
import { readNow, readText } from "./files.js";
`;
const program = (body: string): Files =>
  new Map([
    [
      "src/order.ts",
      `${HEAD}${HELPERS}void [charge, readText, readNow, activity];\nexport const flow = workflow({ version: 1 }, async (input: string) => {\n${body}\n});\n`,
    ],
    ["src/bank.ts", "export async function charge(id: string) { return id; }\n"],
    [
      "src/files.ts",
      `import { readFileSync } from "node:fs";
export async function readText(path: string) { return readFileSync(path, "utf8"); }
export const readNow = (path: string): string => readFileSync(path, "utf8");
`,
    ],
  ]);

function theFix({ diagnostics }: Examined): Diagnostic["fixes"][number] {
  const fix = diagnostics[0]?.fixes[0];
  if (fix === undefined) throw new Error(`no fix for ${JSON.stringify(diagnostics[0]?.message)}`);
  return fix;
}

describe("a quick fix", () => {
  for (const [what, before, after] of CHANGES) {
    it(`for ${what} writes what a workflow may say`, () => {
      const files = program(before);
      const fixed = withEdits(files, theFix(examine(files)).edits);
      expect(fixed.get("src/order.ts")?.split("\n").at(-3)).toBe(after);
      expect(examine(fixed)).toEqual({ diagnostics: [], typeErrors: [] });
    });
  }

  it("imports what it writes: into the import that is there, else as the others are written", () => {
    const imported = (head: string, call = "workflow"): string | undefined => {
      const body = `export const flow = ${call}({ version: 1 }, async () => Date.now());\n`;
      const files = new Map([["src/order.ts", `${head}${body}`]]);
      const fixed = withEdits(files, theFix(examine(files)).edits);
      expect(examine(fixed)).toEqual({ diagnostics: [], typeErrors: [] });
      return fixed.get("src/order.ts");
    };
    const from = 'from "@continuum/runtime/workflow";';
    expect(imported(`import { workflow } ${from}\n`)).toContain(`import { workflow, now } ${from}`);
    expect(imported(`import {\n  workflow,\n} ${from}\n`)).toContain(
      `import {\n  workflow,\n  now,\n} ${from}`,
    );
    expect(imported(`import { workflow, now as clock } ${from}\n`)).toContain("async () => clock()");
    expect(imported(`import * as c ${from}\n`, "c.workflow")).toContain("async () => c.now()");
  });

  it("imports into a helper's file, above what is there", () => {
    const files = new Map([
      [
        "src/order.ts",
        `${HEAD}import { stamp } from "./clock.js";\nvoid activity;\nexport const flow = workflow({ version: 1 }, async () => stamp());\n`,
      ],
      ["src/clock.ts", "#!/usr/bin/env node\n/** When it is. */\nexport const stamp = () => Date.now();\n"],
    ]);
    const fixed = withEdits(files, theFix(examine(files)).edits);
    expect(fixed.get("src/clock.ts")).toBe(
      '#!/usr/bin/env node\nimport { now } from "@continuum/runtime/workflow";\n/** When it is. */\nexport const stamp = () => now();\n',
    );
    expect(examine(fixed)).toEqual({ diagnostics: [], typeErrors: [] });
  });

  const chain = (entry: string): Files =>
    new Map([
      [
        "src/order.ts",
        `${HEAD}${entry}import { outer } from "./a.js";\nvoid activity;\nexport const flow = workflow({ version: 1 }, async () => outer());\n`,
      ],
      [
        "src/a.ts",
        'import { inner } from "./b.js";\nexport async function outer() { return (await inner()) + 1; }\n',
      ],
      ["src/b.ts", "export async function inner() { return process.pid; }\n"],
    ]);

  it("offers each function on the way to a mistake as an activity, and each choice holds", () => {
    const files = chain("");
    const fixes = examine(files).diagnostics.flatMap((each) => each.fixes);
    expect(fixes.map((fix) => fix.title)).toEqual(["Run inner as an activity", "Run outer as an activity"]);
    for (const { edits } of fixes)
      expect(examine(withEdits(files, edits))).toEqual({ diagnostics: [], typeErrors: [] });
  });

  it("offers no activity past which another way leads to the mistake", () => {
    const files = chain(
      'import { inner } from "./b.js";\nexport const second = workflow({ version: 1 }, async () => inner());\n',
    );
    const { diagnostics } = examine(files);
    const fixes = diagnostics.flatMap((each) => each.fixes);
    expect(fixes.map((fix) => fix.title)).toEqual(["Run inner as an activity"]);
    // Both calls change, each in its own file.
    expect(new Set(fixes[0]?.edits.map((edit) => edit.fileName))).toEqual(
      new Set(["/shop/src/order.ts", "/shop/src/a.ts"]),
    );
    expect(examine(withEdits(files, fixes[0]?.edits ?? []))).toEqual({ diagnostics: [], typeErrors: [] });
  });

  it("offers no activity for a function that asks for effects itself, or that gets a function", () => {
    const files = new Map([
      [
        "src/order.ts",
        `import { activity, timer, workflow } from "@continuum/runtime/workflow";
import { each, waits } from "./a.js";
void activity;
export const flow = workflow({ version: 1 }, async () => [await waits(timer), await each((n) => n)]);
`,
      ],
      [
        "src/a.ts",
        `import { timer } from "@continuum/runtime/workflow";
export async function waits(_: unknown) { await timer(process.pid); }
export async function each(f: (n: number) => number) { return f(process.pid); }
`,
      ],
    ]);
    expect(examine(files).diagnostics.flatMap((each) => each.fixes)).toEqual([]);
  });

  it("makes a child of a workflow that is called", () => {
    const files = new Map([
      [
        "src/order.ts",
        `${HEAD}void activity;
export const part = workflow({ version: 1 }, async (n: number) => n + 1);
export const whole = workflow({ version: 1 }, async () => await part.run(1));
`,
      ],
    ]);
    const fixed = withEdits(files, theFix(examine(files)).edits);
    expect(fixed.get("src/order.ts")).toContain("async () => await child(part.run(1)));");
    expect(examine(fixed)).toEqual({ diagnostics: [], typeErrors: [] });
  });
});
