import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeExports } from "./describe-exports.js";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "continuum-exports-"));
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function described(files: Readonly<Record<string, string>>): string | undefined {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, "src", name), text);
  return describeExports(root, ["src/index.ts"]).get("src/index.ts");
}

test("shows each export with its type, sorted, without bodies and comments", () => {
  const text = described({
    "index.ts": `
      export { start as begin } from "./start.js";
      export type { Run } from "./start.js";
      /** Comments may change freely. */
      export class Handle { #secret = 1; constructor(readonly id: string) {} get(): number { return this.#secret; } }
      export const limits = { steps: 3 } as const;
      export type Id = string & { readonly brand: "id" };`,
    "start.ts": `
      export interface Run { readonly id: string }
      export function start(name: string): Run { return { id: name }; }
      export const internal = 1;`,
  });
  expect(text).toMatchInlineSnapshot(`
    "// as begin
    function start(name: string): Run;
    class Handle {
        #private;
        readonly id: string;
        constructor(id: string);
        get(): number;
    }
    const limits: {
        readonly steps: 3;
    };
    interface Run {
        readonly id: string;
    }
    type Id = string & {
        readonly brand: "id";
    };
    "
  `);
});

test("danger: a changed type in another file of the package", () => {
  const index = 'export { start } from "./start.js";';
  const before = described({ "index.ts": index, "start.ts": "export function start(name: string): void {}" });
  const after = described({ "index.ts": index, "start.ts": "export function start(name?: string): void {}" });
  expect(after).not.toBe(before);
});

test("moving a declaration to another file changes nothing", () => {
  const start = "export function start(name: string): void {}";
  const before = described({ "index.ts": 'export { start } from "./start.js";', "start.ts": start });
  const after = described({ "index.ts": 'export { start } from "./begin.js";', "begin.ts": start });
  expect(after).toBe(before);
});

test("a return type that nobody wrote down is part of the promise", () => {
  expect(described({ "index.ts": "export const length = (text: string) => text.length;" })).toContain(
    "=> number",
  );
});
