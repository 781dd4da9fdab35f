import { expect, it } from "vitest";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { viewProgram } from "../compiler/program-view.js";
import { fixtureProgram } from "../fixtures/program.js";
import { recognize } from "../recognize/recognize.js";
import { versionWorkflows } from "./versions.js";

function hashOf(text: string, options: TS.CompilerOptions): string | undefined {
  const source = `import { timer, workflow } from "@continuum/runtime/workflow";\n${text}`;
  const { program, readFile } = fixtureProgram(new Map([["src/order.ts", source]]), { options });
  const view = viewProgram(program, { readFile });
  const { model, mutations } = recognize(view);
  return [...versionWorkflows(view, model, mutations, readFile).values()][0]?.hash;
}

const FIELDS = `
class Parent { total: number | undefined = 1; }
class Child extends Parent { override total: number | undefined; }
export const flow = workflow({ version: 1 }, async () => { await timer(1); return new Child().total; });`;

it("danger: fields that are assigned are other fields than those that are defined", () => {
  expect(hashOf(FIELDS, { useDefineForClassFields: false })).not.toBe(hashOf(FIELDS, {}));
});

it("takes the target's fields, as the compiler does", () => {
  const assigned = hashOf(FIELDS, { useDefineForClassFields: false });
  expect(hashOf(FIELDS, { target: ts.ScriptTarget.ES2021 })).toBe(assigned);
  expect(hashOf(FIELDS, { target: ts.ScriptTarget.ES2022 })).toBe(hashOf(FIELDS, {}));
});

it("does not see a field that is only declared, where fields are assigned", () => {
  const options = { useDefineForClassFields: false };
  const without = FIELDS.replace("override total: number | undefined;", "");
  expect(hashOf(FIELDS, options)).toBe(hashOf(without, options));
});

it("danger: decorators of old are called otherwise than those of the language", () => {
  const decorated = `
function mark(...given: unknown[]): void { void given; }
class Marked { @mark value(): number { return 1; } }
export const flow = workflow({ version: 1 }, async () => { await timer(1); return new Marked().value(); });`;
  expect(hashOf(decorated, { experimentalDecorators: true })).not.toBe(hashOf(decorated, {}));
});

it("does not see options that change no meaning", () => {
  const same = { target: ts.ScriptTarget.ES2024, strict: false, sourceMap: true, removeComments: true };
  expect(hashOf(FIELDS, same)).toBe(hashOf(FIELDS, {}));
});
