import { canonicalJson } from "@continuum/contract";
import { expect, it } from "vitest";
import {
  askedDigest,
  digestOf,
  markOf,
  moduleSummary,
  readSummary,
  serialise,
  summaryFileName,
} from "./summary.js";
import type { Summary } from "./summary.js";

const summary: Summary = {
  ...moduleSummary({
    package: "@acme/pricing",
    path: "src/rates.ts",
    module: "@acme/pricing/src/rates",
    text: "export const RATE = 2;\n",
    meaning: "0".repeat(64),
    compiled: { functions: [3], promises: [], effects: [[17, "@acme/pricing/src/rates#0", null]] },
    beneath: { "@acme/money": "1".repeat(64) },
    environment: {
      lib: ["lib.es2023.d.ts"],
      types: [],
      module: 199,
      moduleResolution: 99,
      customConditions: [],
    },
  }),
  source: "../src/rates.ts",
};
const digest = digestOf(summary);

function failure(text: string | undefined, asked = digest): string {
  const read = readSummary(text, asked);
  return "failure" in read ? read.failure : "none";
}

it("what was written is read again", () => {
  expect(readSummary(serialise(summary), digest)).toEqual(summary);
});

it("the mark is found at the end of declarations, before and after a source map's comment, with any line ends", () => {
  const mark = markOf(summary);
  expect(askedDigest(`export declare const RATE = 2;\n${mark}`)).toBe(digest);
  expect(askedDigest(`export declare const RATE = 2;\n${mark}//# sourceMappingURL=rates.d.ts.map`)).toBe(
    digest,
  );
  expect(askedDigest(`export declare const RATE = 2;\r\n${mark.replace("\n", "\r\n")}`)).toBe(digest);
  expect(askedDigest(`export declare const MARK = "//# continuum=${digest}";\n`)).toBeNull();
  expect(askedDigest("export declare const RATE = 2;\n")).toBeNull();
});

it("a summary stands beside its declarations, whatever the kind of module", () => {
  expect(["rates.d.ts", "rates.d.mts", "a.b.d.cts"].map(summaryFileName)).toEqual([
    "rates.continuum.json",
    "rates.m.continuum.json",
    "a.b.c.continuum.json",
  ]);
});

it("what can't be understood is refused, and says why", () => {
  const changed = (change: object): string => JSON.stringify({ ...summary, ...change });
  expect(failure(undefined)).toBe("is missing");
  expect(failure("{")).toBe("is no JSON");
  expect(failure("[]")).toBe("holds no summary");
  expect(failure(changed({ schema: 2 }))).toContain("another version");
  expect(failure(changed({ abi: 99 }))).toContain("another version");
  expect(failure(changed({ compiled: { functions: ["3"], promises: [], effects: [] } }))).toContain(
    "understands",
  );
  expect(failure(changed({ environment: null }))).toContain("understands");
  expect(failure(serialise(summary), "f".repeat(64))).toContain("another build");
  expect(failure(changed({ text: "export const RATE = 3;\n" }))).toContain("another build");
});

it("no part of a summary can change under its digest", () => {
  const { schema: _, abi: __, ...parts } = summary;
  for (const part of Object.keys(parts)) {
    const other = {
      ...summary,
      [part]: { ...summary.environment, changed: canonicalJson(part) },
    };
    expect(digestOf(other), part).not.toBe(digest);
  }
});
