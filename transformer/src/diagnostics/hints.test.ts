import { readdirSync, readFileSync } from "node:fs";
import * as authoring from "@continuum/runtime/workflow";
import { describe, expect, it } from "vitest";
import { knownApis } from "../analyze/known-apis.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { allFixtures, examine } from "./fixes/fixtures/examined.js";

/** What hints call in their examples and is the user's own. */
const EXAMPLES: ReadonlySet<string> = new Set([
  "refund",
  "charge",
  "flow.run",
  "Order",
  "read",
  "method",
  "each",
  "release",
  "this.baseTotal",
]);
const KEYWORDS: ReadonlySet<string> = new Set(["async", "for", "await", "switch", "if", "while", "catch"]);

/** `log.info` in "Use log.info(…)": what a hint tells people to call. */
function calledIn(hint: string): readonly string[] {
  return [...hint.matchAll(/([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\s*\(/g)]
    .map((match) => match[1] ?? "")
    .filter((name) => !KEYWORDS.has(name));
}

function member(owner: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) => (at === null || at === undefined ? undefined : (at as Record<string, unknown>)[name]),
    owner,
  );
}

const PROTOTYPES: readonly object[] = [
  Array,
  BigInt,
  Date,
  Function,
  Map,
  Number,
  Object,
  Promise,
  RegExp,
  Set,
  String,
  Intl.NumberFormat,
  Intl.DateTimeFormat,
].map(({ prototype }) => prototype as object);

/** Of the authoring entry, of the platform, or of the user's own code in sight. */
function exists(name: string, code: string): boolean {
  const path = name.split(".");
  const last = path.at(-1) ?? "";
  return (
    typeof member(authoring, path) === "function" ||
    typeof member(globalThis, path) === "function" ||
    PROTOTYPES.some((prototype) => last in prototype) ||
    EXAMPLES.has(name) ||
    new RegExp(`\\b${(path[0] ?? "").replace(/\$/g, "\\$")}\\b`).test(code) ||
    // Of the language, but not of the Node that tests run on.
    path[0] === "Temporal"
  );
}

/** Why a hint can't be followed; empty when it can. */
function mistakes(hint: string, code = ""): readonly string[] {
  const unknown = calledIn(hint).filter((name) => !exists(name, code));
  const entries = [...hint.matchAll(/"(@continuum\/[\w/-]+)"/g)].map((match) => match[1] ?? "");
  const missing = entries.filter((entry) => !ENTRIES.has(entry));
  return [
    ...unknown.map((name) => `${name}() is nowhere`),
    ...missing.map((entry) => `${entry} is no entry`),
  ];
}

const ENTRIES: ReadonlySet<string> = new Set(
  ["runtime", "transformer", "packages/unplugin", "packages/testing"].flatMap((folder) => {
    const url = new URL(`../../../${folder}/package.json`, import.meta.url);
    const { name, exports } = JSON.parse(readFileSync(url, "utf8")) as {
      readonly name: string;
      readonly exports: Readonly<Record<string, unknown>>;
    };
    return Object.keys(exports).map((entry) => name + entry.slice(1));
  }),
);

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

  it("in the diagnostics of all fixtures", { timeout: 120_000 }, () => {
    const found: string[] = [];
    for (const { name, files, settings } of allFixtures()) {
      const code = [...files.values()].join("\n");
      for (const { hint } of examine(files, settings).diagnostics)
        found.push(...mistakes(hint, code).map((mistake) => `${name}: ${mistake}`));
    }
    expect(found).toEqual([]);
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
