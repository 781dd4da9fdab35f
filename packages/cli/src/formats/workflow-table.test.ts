import type { WorkflowSummary } from "@continuum/transformer";
import { expect, it } from "vitest";
import { styleFor } from "../terminal/style.js";
import { widthOf } from "../terminal/width.js";
import { workflowTable } from "./workflow-table.js";

function summary(name: string, changes: Partial<WorkflowSummary> = {}): WorkflowSummary {
  return {
    ...{ name, label: "1", current: true, fileName: `/shop/src/${name}.ts`, file: `src/${name}.ts`, line: 5 },
    hash: "d1183b8c9bf7be79a091618045c4d09590b2fcd07aa866ee23a454e0f22bbeda",
    effects: { activity: 1, timer: 1 },
    declarations: [],
    packages: [],
    ...changes,
  };
}

const table = (workflows: readonly WorkflowSummary[], columns = 160): readonly string[] =>
  workflowTable(workflows, { cwd: "/shop", columns }, styleFor(false)).split("\n");

it("says of each workflow its version, hash, place and all of its effects, the most frequent first", () => {
  const effects = { child: 2, activity: 12, compensateAll: 1, signal: 3, now: 2, timer: 1 };
  expect(
    table([summary("order", { effects }), summary("refund", { label: "", current: false, effects: {} })]),
  ).toEqual([
    "2 workflows",
    "  order   version 1                d1183b8c9bf7  src/order.ts:5   12 activities, 3 signals, 2 children, 2 now, 1 compensateAll, 1 timer",
    "  refund  no version, not current  d1183b8c9bf7  src/refund.ts:5  no effects",
  ]);
});

it("leaves out what a program with errors has not", () => {
  expect(table([summary("order", { hash: null, effects: {} })])).toEqual([
    "1 workflow",
    "  order  version 1  src/order.ts:5",
  ]);
});

it("keeps the columns of fifty workflows, whatever letters their names are of", () => {
  const names = Array.from({ length: 50 }, (_, i) =>
    i % 2 === 0 ? `注文${String(i)}` : `order${String(i)}`,
  );
  const [head, ...rows] = table(names.map((name) => summary(name)));
  expect(head).toBe("50 workflows");
  expect(rows).toHaveLength(50);
  const columnOf = (row: string, what: string): number => widthOf(row.slice(0, row.indexOf(what)));
  for (const what of ["version 1", "d1183b8c9bf7", "src/", "1 activity"])
    expect(new Set(rows.map((row) => columnOf(row, what))).size).toBe(1);
});

it("takes two lines for each where one would not fit into the terminal", () => {
  expect(table([summary("order"), summary("refund")], 60)).toEqual([
    "2 workflows",
    "  order   version 1  d1183b8c9bf7",
    "    src/order.ts:5  1 activity, 1 timer",
    "  refund  version 1  d1183b8c9bf7",
    "    src/refund.ts:5  1 activity, 1 timer",
  ]);
});
