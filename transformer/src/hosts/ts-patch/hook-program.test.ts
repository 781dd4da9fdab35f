import ts from "typescript";
import { afterEach, expect, it, vi } from "vitest";
import type { Compilation } from "../../pipeline.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { hookProgram } from "./hook-program.js";

function found(severity: "error" | "warning", message: string): Diagnostic {
  const place = { file: "src/order.ts", line: 3, column: 7, start: 0, length: 1 };
  return {
    code: "CTM2999",
    severity,
    fileName: "/shop/src/order.ts",
    place,
    message,
    hint: "Do it otherwise.",
    path: [],
    fixes: [],
  };
}

function reportedFor(diagnostics: readonly Diagnostic[]): readonly string[] {
  const compilation: Compilation = {
    diagnostics,
    manifests: new Map(),
    workflows: [],
    dependent: new Map(),
    effects: () => [],
    transformer: () => (file) => file,
    writer: (write) => write,
  };
  const program = hookProgram(ts.createProgram([], { noLib: true }), () => compilation);
  program.getGlobalDiagnostics();
  return program
    .getGlobalDiagnostics()
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

afterEach(() => vi.restoreAllMocks());

it("a warning is printed once and does not fail the build", () => {
  const print = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  expect(reportedFor([found("warning", "This may wait for ever.")])).toEqual([]);
  expect(print.mock.calls).toEqual([
    [
      expect.stringMatching(
        /^src\/order\.ts:3:7 warning CTM2999: This may wait for ever\.\n[^]*Do it otherwise\.\n$/,
      ),
    ],
  ]);
});

it("beside an error a warning is reported with it", () => {
  const print = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  expect(reportedFor([found("warning", "This may wait."), found("error", "This can't be.")])).toEqual([
    "CTM2999: This may wait.\n  hint: Do it otherwise.",
    "CTM2999: This can't be.\n  hint: Do it otherwise.",
  ]);
  expect(print).not.toHaveBeenCalled();
});
