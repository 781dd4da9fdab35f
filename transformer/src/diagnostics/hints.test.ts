import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { knownApis } from "../analyze/known-apis.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { hintMistakes as mistakes } from "./fixtures/hint-mistakes.js";

it("would notice a hint that names what is not there", () => {
  expect(mistakes('Use await sleep(5) from "@continuum/runtime/workflow".')).toEqual(["sleep() is nowhere"]);
  expect(mistakes('Use now() from "@continuum/workflow".')).toEqual(["@continuum/workflow is no entry"]);
  expect(mistakes('Use log.info(…) and days(3) from "@continuum/runtime/workflow".')).toEqual([]);
});

describe("every hint names functions that exist", () => {
  it("in the table of known APIs", () => {
    const found = [...knownApis.values()].flatMap((verdict) =>
      "hint" in verdict ? [verdict.hint ?? ""] : [],
    );
    expect(found.length).toBeGreaterThan(50);
    expect([...new Set(found)].flatMap((hint) => mistakes(hint))).toEqual([]);
  });

  it("wherever the compiler's sources write one", () => {
    const folder = new URL("../", import.meta.url);
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".ts") && !/\.test\.ts$|fixtures\//.test(name),
    );
    const hints = names.flatMap((name) => writtenHints(name, readFileSync(new URL(name, folder), "utf8")));
    expect(hints.length).toBeGreaterThan(50);
    expect(hints.flatMap(({ hint, name }) => mistakes(hint).map((mistake) => `${name}: ${mistake}`))).toEqual(
      [],
    );
  });
});

/** The literal parts of `hint: …`, and of the last argument of familyRule(…) and report(…). */
function writtenHints(
  name: string,
  text: string,
): readonly { readonly name: string; readonly hint: string }[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true);
  const found: { readonly name: string; readonly hint: string }[] = [];
  const literals = (node: TS.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push({ name, hint: node.text });
    // Where text is put in, nobody can say what it is: it stands for a name of the user's.
    else if (ts.isTemplateExpression(node))
      found.push({
        name,
        hint: node.head.text + node.templateSpans.map((span) => `refund${span.literal.text}`).join(""),
      });
    else ts.forEachChild(node, literals);
  };
  const visit = (node: TS.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "hint") literals(node.initializer);
    if (ts.isCallExpression(node) && /^(familyRule|report|refuse)$/.test(node.expression.getText()))
      node.arguments.slice(2).forEach(literals);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
