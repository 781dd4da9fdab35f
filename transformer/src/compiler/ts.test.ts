import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { ts } from "./ts.js";
import type { TS } from "./ts.js";

/**
 * Hosts set their own compiler after these modules have loaded, and its numbers are others: flags of types differ between 5.9 and 6.0.
 */
it("danger: no module takes a number of the compiler before it is settled which compiler it is", () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const taken = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ts$/.test(name) && !/\.test\.ts$|fixtures/.test(name))
    .flatMap((name) => takenAtLoad(name, readFileSync(`${folder}/${name}`, "utf8")));
  expect(taken).toEqual([]);
});

function takenAtLoad(name: string, text: string): readonly string[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return;
    const isTaken =
      ts.isPropertyAccessExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === "ts";
    if (isTaken) found.push(`${name}: ${node.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
