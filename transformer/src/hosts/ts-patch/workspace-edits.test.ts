/*
 * Any sequence of edits in three projects, of builds of all and of one, of checks without emission, and of lost build infos,
 * leaves the verdict and the output of a clean build. `CONTINUUM_EDITS=500 npx vitest run …` looks longer, `FC_SEED` repeats.
 */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { EditedWorkspace, workspaceFolder } from "./fixtures/edited-workspace.js";
import type { BuildMode } from "./fixtures/edited-workspace.js";
import { WORKSPACE_SOURCES } from "./fixtures/test-workspace.js";

const { folder, remove } = workspaceFolder();
afterAll(remove);

/** Replacements in a source of the workspace; each may be on or off, whatever the others are. */
const EDITS: readonly (readonly [path: string, from: string, to: string])[] = [
  ["packages/money/src/rounding.ts", "DIGITS = 2", "DIGITS = 3"],
  ["packages/money/src/rounding.ts", "(amount: number)", "(/* in cents */ amount: number)"],
  ["packages/money/src/rounding.ts", "Math.round(", "Date.now() + Math.round("],
  ["packages/money/src/rounding.ts", "Math.round(", "Math.floor("],
  ["packages/money/src/index.ts", `"./rounding.js";`, `"./rounding.js";\nexport const unused = 1;`],
  ["packages/payments/src/basket.ts", "price * pieces, 0", "price * pieces, 1"],
  ["packages/payments/src/basket.ts", "started(): number {", "started(): number {\n    if (this) return 1;"],
  ["packages/payments/src/bank.ts", "attempt > 1", "attempt > 2"],
  ["packages/payments/src/bank.ts", "export async function charge", "export function charge"],
  ["packages/payments/src/bank.ts", `return "charged "`, `await 0;\n  return "charged "`],
  ["packages/payments/src/settle.ts", "await timer(5);\n  return", "return"],
  ["packages/payments/src/settle.ts", `("review")`, `("verdict")`],
  ["packages/payments/src/settle.ts", "import {", "// moved by a line\nimport {"],
  ["packages/app/src/order.ts", "}).total()", "}).started()"],
  ["packages/app/src/order.ts", "await settle(total)", "total"],
  ["packages/app/src/order.ts", "await pause();", "await pause();\n  await charge(1);"],
  ["packages/app/src/pause.ts", "timer(1)", "timer(2)"],
];

type Step = { readonly kind: "toggle"; readonly edit: number } | { readonly kind: BuildMode | "forget" };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.nat(EDITS.length - 1).map((edit): Step => ({ kind: "toggle", edit })),
    },
    {
      weight: 4,
      arbitrary: fc.constantFrom<Step>(
        { kind: "build" },
        { kind: "build" },
        { kind: "app" },
        { kind: "check" },
        { kind: "forget" },
      ),
    },
  ),
  { minLength: 6, maxLength: 14 },
);

function sources(edits: ReadonlySet<number>): Readonly<Record<string, string>> {
  const texts: Record<string, string> = { ...WORKSPACE_SOURCES };
  for (const [i, [path, from, to]] of EDITS.entries())
    if (edits.has(i)) texts[path] = (texts[path] ?? "").replace(from, to);
  return texts;
}

function cleanBuild(edits: ReadonlySet<number>): {
  readonly messages: readonly string[];
  readonly output: Readonly<Record<string, string>>;
} {
  const clean = new EditedWorkspace(folder, sources(edits));
  return { messages: clean.build("build"), output: clean.output() };
}

describe("a workspace that is edited", () => {
  const runs = Number(process.env["CONTINUUM_EDITS"] ?? 4);

  it("each edit changes a text that is there", () => {
    for (const [path, from] of EDITS) expect(WORKSPACE_SOURCES[path]).toContain(from);
  });

  it("the edits lead to more than one verdict and more than one hash", { timeout: 60_000 }, () => {
    const clean = cleanBuild(new Set());
    expect(clean.messages).toEqual([]);
    expect(cleanBuild(new Set([2])).messages.join()).toContain("CTM2001");
    expect(cleanBuild(new Set([5])).output["packages/app/dist/order.js"]).not.toBe(
      clean.output["packages/app/dist/order.js"],
    );
  });

  it("ends with the verdict and the output of a clean build", { timeout: 60_000 + runs * 20_000 }, () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const edits = new Set<number>();
        const edited = new EditedWorkspace(folder, sources(edits));
        for (const step of [...sequence, { kind: "build" } as const]) {
          if (step.kind === "toggle") {
            if (!edits.delete(step.edit)) edits.add(step.edit);
            const path = EDITS[step.edit]![0];
            edited.write(path, sources(edits)[path]!);
          } else if (step.kind === "forget") {
            edited.forget("packages/app/tsconfig.tsbuildinfo");
          } else {
            const messages = edited.build(step.kind);
            if (step.kind !== "build") continue;
            const clean = cleanBuild(edits);
            expect(messages).toEqual(clean.messages);
            expect(edited.output()).toEqual(clean.output);
          }
        }
      }),
      {
        numRuns: runs,
        ...(process.env["FC_SEED"] === undefined ? {} : { seed: Number(process.env["FC_SEED"]) }),
      },
    );
  });

  it("ends with the output of a clean build while it is watched", { timeout: 60_000 + runs * 20_000 }, () => {
    fc.assert(
      fc.property(fc.array(fc.nat(EDITS.length - 1), { minLength: 3, maxLength: 6 }), (sequence) => {
        const edits = new Set<number>();
        const edited = new EditedWorkspace(folder, sources(edits));
        edited.watch();
        for (const edit of sequence) {
          if (!edits.delete(edit)) edits.add(edit);
          const path = EDITS[edit]![0];
          edited.edit(path, sources(edits)[path]!);
          expect(edited.output()).toEqual(cleanBuild(edits).output);
        }
      }),
      {
        numRuns: Math.ceil(runs / 3),
        examples: [[[2, 2, 0, 5]]],
        ...(process.env["FC_SEED"] === undefined ? {} : { seed: Number(process.env["FC_SEED"]) }),
      },
    );
  });
});
