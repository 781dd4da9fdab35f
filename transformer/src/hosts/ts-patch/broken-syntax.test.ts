/*
 * A watcher compiles what is being typed. A program with broken syntax is TypeScript's to report, and no reason to fall over.
 */
import { expect, it } from "vitest";
import { ts } from "../../compiler/ts.js";
import { fixtureProgram } from "../../fixtures/program.js";
import { compile } from "../../pipeline.js";
import { BASE } from "../../version/fixtures/program-pairs.js";

it("whatever is half typed, the compiler does not throw", { timeout: 240_000 }, () => {
  let tried = 0;
  for (const path of ["src/order.ts", "src/helpers.ts", "src/prices.ts", "src/basket.ts"]) {
    const text = BASE[path] ?? "";
    for (let at = 50; at < text.length; at += 149) {
      for (const broken of [text.slice(0, at), text.slice(0, at) + text.slice(at + 9)]) {
        const { program, readFile } = fixtureProgram(new Map(Object.entries({ ...BASE, [path]: broken })));
        const { transformer } = compile(program, {}, { readFile });
        const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith("/shop/src/"));
        ts.transform(own, [transformer], program.getCompilerOptions()).dispose();
        tried++;
      }
    }
  }
  expect(tried).toBeGreaterThan(30);
});
