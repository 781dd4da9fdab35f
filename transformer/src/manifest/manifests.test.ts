import { ABI } from "@continuum/contract";
import { describe, expect, it } from "vitest";
import { fixtureProgram } from "../fixtures/program.js";
import { compile } from "../pipeline.js";

const FILES = {
  "src/activities/payments.ts": `
export async function charge(id: string): Promise<string> { return id; }
export async function refund(id: string): Promise<void> { await fetch(id); }
export async function notify(id: string): Promise<void> { await fetch(id); }
`,
  "src/helpers.ts": `import { activity, timer } from "@continuum/runtime/workflow";
import { notify } from "./activities/payments.js";
export const tell = async (id: string): Promise<void> => {
  await timer(5);   await activity(notify(id));
};
`,
  "src/order.ts": `import { activity, signal, workflow } from "@continuum/runtime/workflow";
import { charge, refund } from "./activities/payments.js";
import { tell } from "./helpers.js";
export const orderFlow = workflow({ version: "2024-05" }, async (id: string) => {
  const charging = activity(charge(id), { compensate: (charged) => refund(charged) });
  await charging;
  const word = await signal("zeta");
  await signal("alpha");
  await signal(String(word));
  await tell(id);
});
`,
};

function manifest(): unknown {
  const { program, readFile } = fixtureProgram(new Map(Object.entries(FILES)));
  const { diagnostics, manifests } = compile(program, {}, { readFile });
  expect(diagnostics).toEqual([]);
  return manifests.get("orderFlow");
}

describe("a manifest", () => {
  it("says what the compiler knows of a workflow, helpers of other modules included", () => {
    const site = (
      id: string,
      kind: string,
      target: string | null,
      file: string,
      line: number,
      column: number,
      name: string,
    ): object => ({
      ...{ id, kind, target, file, line, column, function: name },
    });
    expect(manifest()).toEqual({
      abi: ABI,
      name: "orderFlow",
      versionLabel: "2024-05",
      versionHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      sites: {
        "shop/src/order#0": site(
          "orderFlow/0.0/activity:payments.charge/0",
          "activity",
          "payments.charge",
          "src/order.ts",
          5,
          20,
          "orderFlow",
        ),
        "shop/src/order#1": site(
          "orderFlow/0.0/signal:zeta/0",
          "signal",
          "zeta",
          "src/order.ts",
          7,
          22,
          "orderFlow",
        ),
        "shop/src/order#2": site(
          "orderFlow/0.0/signal:alpha/0",
          "signal",
          "alpha",
          "src/order.ts",
          8,
          9,
          "orderFlow",
        ),
        "shop/src/order#3": site("orderFlow/0.0/signal/0", "signal", null, "src/order.ts", 9, 9, "orderFlow"),
        "shop/src/helpers#0": site("orderFlow/1.0/timer/0", "timer", null, "src/helpers.ts", 4, 9, "tell"),
        "shop/src/helpers#1": site(
          "orderFlow/1.0/activity:payments.notify/0",
          "activity",
          "payments.notify",
          "src/helpers.ts",
          4,
          27,
          "tell",
        ),
      },
      signals: ["alpha", "zeta"],
      activities: ["payments.charge", "payments.notify", "payments.refund"],
      patches: [],
    });
  });

  it("is plain JSON, the same each time", () => {
    expect(JSON.parse(JSON.stringify(manifest()))).toEqual(manifest());
  });

  it("of a name is the current version's, wherever an older one stands", () => {
    const flow = (name: string, options: string, ms: number): string =>
      `import { timer, workflow } from "@continuum/runtime/workflow";
       export const ${name} = workflow({ ${options} }, async () => { await timer(${String(ms)}); });`;
    const { program, readFile } = fixtureProgram(
      new Map([
        ["src/a.ts", flow("renewal", "version: 1, current: false", 1)],
        ["src/b.ts", flow("renewal", "version: 3", 3)],
        ["src/c.ts", flow("second", 'version: 2, name: "renewal", current: false', 2)],
      ]),
    );
    const { diagnostics, manifests } = compile(program, {}, { readFile });
    expect(diagnostics).toEqual([]);
    expect([...manifests.values()].map(({ versionLabel }) => versionLabel)).toEqual(["3"]);
  });
});
