import { expect, it } from "vitest";
import { fixtureProgram } from "../fixtures/program.js";
import { isAny, isDeclaredPrimitive, isFunctionByName, isLiteral } from "./by-form.js";
import { viewProgram } from "./program-view.js";
import type { ProgramView } from "./program-view.js";
import { ts } from "./ts.js";
import type { TS } from "./ts.js";

const SOURCE = `
declare const anything: any;
declare const order: { id: string; items?: readonly string[]; note: string | null; extra: any };
declare const either: { run(): void } | { run: any };
let later;
function total(): number { return 1; }
const held: any = total;
function given<T>(value: T): T { return value; }
class Cart { add(): void { [this.add]; } }
export const found = [
  anything, order.id, order.items, order.note, order.extra, either.run, later, total, held,
  1 + anything, 1 - anything, anything < 1, !anything, () => anything, \`\${anything}\`, anything(),
  total(), order.items ?? anything, anything ? total() : order, (order.extra)!, found.at(0), given(1), order as any,
];
`;

it("tells text and numbers by what a name is declared as, and nothing of what can be anything", () => {
  const { view, told } = elements();
  expect(told((node) => isDeclaredPrimitive(view, node))).toEqual([
    "order.id",
    "order.note",
    "total()",
    "given(1)",
  ]);
});

it("says of each value whether it is of the type any, as the checker does", () => {
  const { view, told } = elements();
  const asked = told((node) => (view.checker.getTypeAtLocation(node).flags & ts.TypeFlags.Any) !== 0);
  expect(asked).toContain("order.items ?? anything");
  expect(told((node) => isAny(view, node))).toEqual(asked);
});

it("takes for a function only what is declared as one, in all types that the name can be of", () => {
  const { view, told } = elements();
  expect(told((node) => isFunctionByName(view, node))).toEqual(["this.add", "total"]);
});

it("takes for a literal only what is never of the type any", () => {
  const { told } = elements();
  const literals = ["1 - anything", "anything < 1", "!anything", "() => anything", "`${anything}`"];
  expect(told(isLiteral)).toEqual(literals);
});

/** The elements of the lists in the source, and which of them a question holds for. */
function elements(): {
  readonly view: ProgramView;
  readonly told: (holds: (node: TS.Expression) => boolean) => readonly string[];
} {
  const { program } = fixtureProgram(new Map([["src/order.ts", SOURCE]]));
  const view = viewProgram(program);
  const found: TS.Expression[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isArrayLiteralExpression(node)) found.push(...node.elements);
    ts.forEachChild(node, visit);
  };
  view.projectFiles.filter(({ text }) => text === SOURCE).forEach(visit);
  return { view, told: (holds) => found.filter(holds).map((node) => node.getText()) };
}
