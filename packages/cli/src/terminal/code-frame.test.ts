import { expect, it } from "vitest";
import { codeFrame } from "./code-frame.js";
import { styleFor } from "./style.js";

/** The frame around the first `what`. */
function frame(text: string, what: string, columns = 80): readonly string[] {
  const start = text.indexOf(what);
  const before = text.slice(0, start).split("\n");
  return codeFrame(
    text,
    { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, length: what.length },
    { style: styleFor(false), mark: (carets) => carets, columns },
  );
}

it.each([
  ["ASCII", "  const t = Date.now();", 12],
  ["tabs", "\t\tconst t = Date.now();", 14],
  ["Windows line ends", "  const t = Date.now();\r", 12],
  ["wide letters", 'const s = "日本語。ｶﾅ（全）" + Date.now();', 31],
  ["emoji of several characters", 'f("👩‍👩‍👧", "é", Date.now());', 13],
  ["letters with combining marks", 'f("e\u0301", Date.now());', 7],
])("puts the mark below what it means after %s", (_, line, columns) => {
  expect(frame(`a\n${line}\nb`, "Date.now").at(-2)).toBe(`  │ ${" ".repeat(columns)}^^^^^^^^`);
});

it("marks as many columns as a wide text takes", () => {
  expect(frame("f(日本);", "日本")[1]).toBe("  │   ^^^^");
});

it("cuts a long line so that the mark is seen, within the width of the terminal", () => {
  const line = `const a = "${"x".repeat(400)}" + Date.now() + "${"日".repeat(300)}";`;
  for (const columns of [60, 80, 200]) {
    const [shown = "", mark = ""] = frame(line, "Date.now", columns);
    expect(shown.length).toBeLessThanOrEqual(columns);
    expect(shown.slice(mark.indexOf("^")).startsWith("Date.now")).toBe(true);
    expect(mark.trim().slice(-8)).toBe("^".repeat(8));
    expect(shown).toMatch(/^1 │ …x+" \+ .*…$/u);
  }
  expect(frame(line, "const", 60)[0]).toMatch(/^1 │ const a = "x+…$/);
});

it("marks no further than the terminal reaches", () => {
  const [, mark = ""] = frame(`f(${"x".repeat(500)});`, "x".repeat(500), 60);
  expect(mark.length).toBeLessThanOrEqual(60);
});

it("hands no control characters to the terminal", () => {
  expect(frame('const a = "\u001b[2J" + Date.now();', "Date.now").join("\n")).not.toContain("\u001b");
});
