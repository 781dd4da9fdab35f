/*
 * The edits that fool incremental compilers, in each mode of tsc: a workflow begins to reach an old impure helper, the helper
 * is mended, it is broken again, it changes its meaning. Verdict and output must be those of a clean build each time.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileProgram } from "../library.js";
import { testProject } from "./fixtures/test-project.js";
import type { Outcome, TestProject } from "./fixtures/test-project.js";

const FILES = {
  "src/payments.ts": `export async function charge(id: string, total: number): Promise<string> {
  return id + String(total);
}
`,
  "src/helpers/stamp.ts": helper("Date.now()"),
  "src/prices.ts": `import { later, stamp } from "./helpers/stamp.js";
export function priceOf(): number {
  return 1 + stamp();
}
export async function slowPrice(): Promise<number> {
  return (await later()) + 1;
}
`,
  "src/other.ts": `import { priceOf, slowPrice } from "./prices.js";
export const report = async (): Promise<number> => priceOf() + (await slowPrice());
`,
  "src/order.ts": order("1"),
};

function helper(value: string): string {
  return `export function stamp(): number {
  return ${value};
}
export async function later(): Promise<number> {
  return 2;
}
`;
}

function order(total: string): string {
  return `import { activity, timer, workflow } from "@continuum/runtime/workflow";
import { charge } from "./payments.js";
import * as prices from "./prices.js";
export const used = typeof prices;
export const orderFlow = workflow({ version: 1 }, async ({ id }: { id: string }) => {
  await timer(1000);
  return activity(charge(id, ${total}));
});
`;
}

/** Each edit leaves all other files as they are. */
const STATES: readonly {
  readonly name: string;
  readonly edit: Readonly<Record<string, string>>;
  readonly refused: boolean;
}[] = [
  { name: "at first", edit: {}, refused: false },
  {
    name: "the workflow begins to reach an old impure helper",
    edit: { "src/order.ts": order("prices.priceOf() + (await prices.slowPrice())") },
    refused: true,
  },
  { name: "the helper is mended", edit: { "src/helpers/stamp.ts": helper("5") }, refused: false },
  {
    name: "the helper is broken again",
    edit: { "src/helpers/stamp.ts": helper("Date.now()") },
    refused: true,
  },
  { name: "the helper means something else", edit: { "src/helpers/stamp.ts": helper("6") }, refused: false },
];

const projects: TestProject[] = [];
interface Build {
  readonly outcome: Outcome;
  readonly emitted: Readonly<Record<string, string>>;
}
/** Plain `tspc` writes every file anew, so what it leaves is the output of a clean build. */
const clean: Build[] = [];
/** The same of a program that writes declarations: whoever imports it may reach what no workflow here does. */
const cleanForOthers: Build[] = [];

function project(options: Readonly<Record<string, unknown>> = {}): TestProject {
  const made = testProject(FILES, { declaration: false, ...options });
  projects.push(made);
  return made;
}

function expectVerdict({ exitCode, output }: Outcome, refused: boolean): void {
  if (refused) {
    expect(output).toContain("CTM2001");
    expect(output).toMatch(/src\/helpers\/stamp\.ts[(:]2/);
    expect(exitCode).not.toBe(0);
  } else {
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: "" });
  }
}

/** In its last state once the clean builds are done. */
const plainProject = (): TestProject => projects[0]!;

async function buildEachState(plain: TestProject, builds: Build[]): Promise<void> {
  for (const { edit } of STATES) {
    plain.write(edit);
    builds.push({ outcome: await plain.tspc("-p", "."), emitted: plain.emitted() });
  }
}

beforeAll(async () => {
  await Promise.all([
    buildEachState(project(), clean),
    buildEachState(project({ declaration: true }), cleanForOthers),
  ]);
}, 240_000);

afterAll(() => projects.forEach((each) => each.remove()));

it("plain tspc gives the verdict, and output that tells the states apart", () => {
  STATES.forEach(({ refused }, i) => expectVerdict(clean[i]!.outcome, refused));
  const [first, refused, mended, , changed] = clean.map(({ emitted }) => emitted);
  expect(first!["prices.js"]).not.toContain("__continuum");
  expect(refused!["order.js"]).toContain("CTM2001");
  expect(mended!["prices.js"]).toContain("__continuum.fiber");
  expect(mended!["order.js"]).toContain("versionHash");
  expect(changed!["order.js"]).not.toBe(mended!["order.js"]);
});

it("with declarations, exports are compiled before any workflow reaches them", () => {
  STATES.forEach(({ refused }, i) => expectVerdict(cleanForOthers[i]!.outcome, refused));
  const [first] = cleanForOthers.map(({ emitted }) => emitted);
  expect(first!["prices.js"]).toContain("__continuum.fiber");
  expect(first!["prices.d.ts"]).toMatch(/^\/\/# continuum=[0-9a-f]{64}$/m);
  expect(Object.keys(first!)).toContain("prices.continuum.json");
});

it("the library emits the same", () => {
  const { folder } = plainProject();
  const { files } = compileProgram({ tsconfig: folder });
  const texts = files.map(
    ({ fileName, text }) => [fileName.slice(fileName.indexOf("/dist/") + "/dist/".length), text] as const,
  );
  expect(Object.fromEntries(texts)).toEqual(clean.at(-1)!.emitted);
});

/** `emits: "always"` as tsc does, in spite of errors; `"unrefused"` leaves what was there before. */
const MODES: readonly {
  readonly name: string;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly emits: "always" | "unrefused" | "never";
  /** How many of the states are tried. */
  readonly states: number;
}[] = [
  {
    name: "--noEmit",
    args: ["-p", ".", "--noEmit"],
    options: { incremental: true },
    emits: "never",
    states: 4,
  },
  {
    name: "--noEmitOnError",
    args: ["-p", ".", "--noEmitOnError"],
    options: {},
    emits: "unrefused",
    states: 3,
  },
  { name: "--incremental", args: ["-p", ".", "--incremental"], options: {}, emits: "always", states: 5 },
  {
    name: "--incremental --noEmitOnError",
    args: ["-p", "."],
    options: { incremental: true, noEmitOnError: true },
    emits: "unrefused",
    states: 3,
  },
  {
    name: "--build",
    args: ["-b"],
    options: { composite: true, declaration: true },
    emits: "always",
    states: 5,
  },
  {
    name: "--build without a builder, --noEmitOnError",
    args: ["-b"],
    options: { noEmitOnError: true },
    emits: "unrefused",
    states: 3,
  },
];

describe.concurrent("a helper is reached, mended, broken again, changed:", () => {
  for (const { name, args, options, emits, states } of MODES) {
    it(name, { timeout: 180_000 }, async () => {
      const edited = project(options);
      const builds = options["declaration"] === true ? cleanForOthers : clean;
      let expected: Readonly<Record<string, string>> = {};
      for (const [i, { edit, refused }] of STATES.slice(0, states).entries()) {
        edited.write(edit);
        expectVerdict(await edited.tspc(...args), refused);
        if (emits === "never") continue;
        if (emits === "always" || !refused) expected = builds[i]!.emitted;
        expect(edited.emitted()).toEqual(expected);
      }
    });
  }

  it("--watch", { timeout: 180_000 }, async () => {
    const edited = project();
    const watcher = edited.watch();
    try {
      for (const [i, { edit, refused }] of STATES.entries()) {
        edited.write(edit);
        const output = await watcher.build(i + 1);
        expect(output.includes("CTM2001")).toBe(refused);
        expect(edited.emitted()).toEqual(clean[i]!.emitted);
      }
    } finally {
      await watcher.stop();
    }
  });

  it("--build says it again though nothing changed since it was refused", { timeout: 120_000 }, async () => {
    const edited = project({ composite: true, declaration: true });
    edited.write(STATES[1]!.edit);
    expectVerdict(await edited.tspc("-b"), true);
    expectVerdict(await edited.tspc("-b"), true);
  });
});
