/*
 * One program, one hash: whatever the machine, its line ends, and the folder that the project was checked out into. Compared
 * are whole manifests, since a site that differs would be as bad as a hash.
 */
import { describe, expect, it } from "vitest";
import { fixtureProgram } from "../fixtures/program.js";
import { compile } from "../pipeline.js";
import { BASE } from "./fixtures/program-pairs.js";

type Files = Readonly<Record<string, string>>;

function manifests(files: Files, folder?: string): unknown {
  const { program, readFile } = fixtureProgram(
    new Map(Object.entries(files)),
    folder === undefined ? {} : { folder },
  );
  const compiled = compile(program, { trustedModules: ["decimal-light"] }, { readFile });
  expect(compiled.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(compiled.manifests.size).toBeGreaterThan(0);
  return Object.fromEntries(compiled.manifests);
}

function rewritten(files: Files, change: (text: string) => string): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, path.includes("node_modules") ? text : change(text)]),
  );
}

/** Texts in which line ends are part of a value. */
const LINES: Files = {
  "src/letter.ts": `
import { timer, workflow } from "@continuum/runtime/workflow";
const raw = (parts: TemplateStringsArray): string => parts.raw.join("|");
export const letter = workflow({ version: 1 }, async (name: string) => {
  await timer(1);
  const continued = "one \\
two";
  return [\`Dear \${name},
  welcome.
\`, raw\`first
second\`, continued, /a
/.source];
});
`.replace("/a\n/.source", "/a\\n/.source"),
};

describe.each([
  { name: "an order", files: BASE },
  { name: "texts over several lines", files: LINES },
])("$name has one manifest", ({ files }) => {
  const here = manifests(files);

  it.each([
    ["another folder", "/home/somebody/work/shop"],
    ["a folder with blanks and letters of other alphabets", "/Users/Jörg Müller/Мои проекты/店"],
    ["a drive of Windows", "C:/work/shop"],
    ["the same drive in small letters", "c:/work/shop"],
    ["a share of Windows", "//server/share/shop"],
    ["a folder named as what it holds", "/src/src/order.ts/src"],
  ])("in %s", (_, folder) => {
    expect(manifests(files, folder)).toEqual(here);
  });

  it("with line ends of Windows", () => {
    expect(manifests(rewritten(files, (text) => text.replace(/\n/g, "\r\n")))).toEqual(here);
  });

  it("with a byte order mark", () => {
    expect(manifests(rewritten(files, (text) => `\uFEFF${text}`))).toEqual(here);
  });

  it("whatever the order of its files", () => {
    expect(manifests(Object.fromEntries(Object.entries(files).reverse()))).toEqual(here);
  });
});
