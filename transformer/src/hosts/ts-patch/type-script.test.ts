import ts from "typescript";
import { afterEach, expect, it } from "vitest";
import { useTypeScript } from "../../compiler/ts.js";
import continuum from "../ts-patch.js";

afterEach(() => useTypeScript(ts));

/** A program of nothing, as the plugin gets it. */
function emptyProgram(): ts.Program {
  return ts.createProgram([], { noLib: true });
}

function reported(version: string): readonly string[] {
  const program = emptyProgram();
  const host: typeof ts = Object.create(ts, { version: { value: version } }) as typeof ts;
  const result = continuum(
    program,
    undefined,
    { transform: "@continuum/transformer/ts-patch", transformProgram: true },
    { ts: host },
  );
  if (typeof result === "function") throw new Error("the plugin gave no program");
  return result
    .getGlobalDiagnostics()
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

it("refuses a TypeScript without a JavaScript API, and says what to install", () => {
  expect(reported("7.0.2")).toEqual([
    expect.stringMatching(/^CTM1312: .*7\.0\.2[^]*hint: Install typescript@6\.0\.3/),
  ]);
});

it("refuses a TypeScript that it was never tried with", () => {
  expect(reported("5.8.3")).toEqual([expect.stringContaining("CTM1312")]);
});

it("works with the last two lines", () => {
  expect(reported("5.9.3")).toEqual([]);
  expect(reported("6.0.3")).toEqual([]);
});
