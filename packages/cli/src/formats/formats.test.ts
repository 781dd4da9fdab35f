import { createRequire } from "node:module";
import AjvDraft4 from "ajv-draft-04";
import type { Finding } from "@continuum/transformer";
import { expect, it } from "vitest";
import { github } from "./github.js";
import type { Report, Surroundings } from "./report.js";
import { sarif } from "./sarif.js";

const schema = createRequire(import.meta.url)(
  "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
) as object;
// The formats of the schema are those of URIs: they are looked at below.
const validate = new AjvDraft4.default({
  strict: false,
  unicodeRegExp: false,
  validateFormats: false,
  allErrors: true,
}).compile(schema);

const TEXT = "export const a = 1;\n  return pieces * Date.now();\nconst b = [\n  1,\n];\n";
const surroundings: Surroundings = {
  cwd: "/shop/packages/app",
  root: "/shop",
  columns: 80,
  readFile: () => TEXT,
};

/** The first `what` of the text, from which the place follows. */
function found(
  what: string,
  changes: Partial<Finding> = {},
  fileName = "/shop/packages/app/src/ä b,c.ts",
): Finding {
  const start = TEXT.indexOf(what);
  const before = TEXT.slice(0, start).split("\n");
  const place = {
    file: fileName,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    start,
    length: what.length,
  };
  return {
    code: "CTM2001",
    severity: "error",
    fileName,
    place,
    message: "`Date.now` reads 100% of the clock:\nit is now",
    hint: "Use now(), or: today().",
    path: [{ text: "`orderFlow` calls `priceOf`", fileName: "/shop/packages/app/src/order.ts", place }],
    ...changes,
  };
}

const FINDINGS: readonly Finding[] = [
  found("Date.now()"),
  found("[\n  1,\n]", { code: "TS2322", severity: "warning", hint: null, path: [] }),
  found("Date.now()", {}, "/elsewhere/lib.ts"),
  found("Date.now()"),
  found("a", { place: null, path: [] }, "/shop/tsconfig.json"),
  found("a", { code: "CTM1310", fileName: null, place: null, path: [] }),
];
const report: Report = { findings: FINDINGS, workflows: [] };

interface Region {
  readonly startLine: number;
}
interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region?: Region;
  };
}
interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
    readonly originalUriBaseIds: Readonly<Record<string, { readonly uri: string }>>;
    readonly invocations: readonly { readonly toolConfigurationNotifications: readonly object[] }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly locations: readonly Location[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

function log(of: Report = report): Log["runs"][number] {
  const [run] = (JSON.parse(sarif(of, surroundings)) as Log).runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

it.each([
  ["of mistakes of every kind", report],
  ["without mistakes", { findings: [], workflows: [] }],
])("SARIF %s fits the schema", (_, of) => {
  validate(JSON.parse(sarif(of, surroundings)));
  expect(validate.errors ?? []).toEqual([]);
});

it("SARIF that does not fit the schema is seen", () => {
  expect(validate({ version: "2.1.0", runs: [{ results: [{ level: "fatal" }] }] })).toBe(false);
});

it("gives GitHub what it asks for: places in the repository, rules with texts, fingerprints", () => {
  const { tool, originalUriBaseIds, results, invocations } = log();
  expect(originalUriBaseIds).toEqual({ "%SRCROOT%": { uri: "file:///shop/" } });
  expect(results.map(({ locations }) => locations[0]?.physicalLocation)).toEqual([
    {
      artifactLocation: { uri: "packages/app/src/%C3%A4%20b%2Cc.ts", uriBaseId: "%SRCROOT%" },
      region: { startLine: 2, startColumn: 19, endLine: 2, endColumn: 29 },
    },
    {
      artifactLocation: { uri: "packages/app/src/%C3%A4%20b%2Cc.ts", uriBaseId: "%SRCROOT%" },
      region: { startLine: 3, startColumn: 11, endLine: 5, endColumn: 2 },
    },
    expect.objectContaining({ artifactLocation: { uri: "file:///elsewhere/lib.ts" } }),
    expect.anything(),
    { artifactLocation: { uri: "tsconfig.json", uriBaseId: "%SRCROOT%" }, region: { startLine: 1 } },
  ]);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.["id"]).toBe(ruleId);
  expect(tool.driver.rules).toContainEqual({
    id: "CTM2001",
    shortDescription: { text: "workflow code reads the clock" },
    fullDescription: { text: expect.stringMatching(/^[^\n#]{20,}$/) as string },
    help: {
      text: expect.stringContaining("## The fix") as string,
      markdown: expect.stringContaining("## The fix") as string,
    },
    defaultConfiguration: { level: "error" },
  });
  // Two equal mistakes of one line are told apart, and the same one keeps its name when lines come before it.
  const prints = results.map(({ partialFingerprints }) => partialFingerprints["continuumLine/v1"]);
  expect(new Set(prints).size).toBe(prints.length);
  const moved = { ...surroundings, readFile: () => `\n\n${TEXT}` };
  const [first] = (
    JSON.parse(
      sarif(
        {
          findings: FINDINGS.slice(0, 1).map((each) => ({
            ...each,
            place: each.place === null ? null : { ...each.place, line: each.place.line + 2 },
          })),
          workflows: [],
        },
        moved,
      ),
    ) as Log
  ).runs[0]!.results;
  expect(first?.partialFingerprints["continuumLine/v1"]).toBe(prints[0]);
  // What has no place is no result: GitHub would refuse the file.
  expect(invocations[0]?.toolConfigurationNotifications).toEqual([
    {
      descriptor: { id: "CTM1310", index: 0 },
      level: "error",
      message: { text: expect.any(String) as string },
    },
  ]);
});

it("escapes what a workflow command can't hold, and names paths from the root of the repository", () => {
  expect(github(report, surroundings).split("\n")).toEqual([
    "::error file=packages/app/src/ä b%2Cc.ts,line=2,col=19,endColumn=29,title=CTM2001::`Date.now` reads 100%25 of the clock:%0Ait is now%0A`orderFlow` calls `priceOf` (packages/app/src/order.ts:2:19)%0Afix: Use now(), or: today().",
    // GitHub takes no columns of what ends on another line.
    "::warning file=packages/app/src/ä b%2Cc.ts,line=3,endLine=5,title=TS2322::`Date.now` reads 100%25 of the clock:%0Ait is now",
    expect.stringMatching(/^::error file=\.\.\/elsewhere\/lib\.ts,/),
    expect.anything(),
    expect.stringMatching(/^::error file=tsconfig\.json,title=CTM2001::/),
    expect.stringMatching(/^::error title=CTM1310::/),
  ]);
  expect(github({ findings: [], workflows: [] }, surroundings)).toBe("");
});
