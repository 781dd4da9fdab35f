import { openEditor } from "@continuum/transformer";
import ts from "typescript";
import { afterEach, expect, it } from "vitest";

// The compiler keeps the TypeScript that an editor hands it.
afterEach(() => void openEditor(ts, {}));

it("a TypeScript that was never tried is refused where Continuum is imported, and says what to do", () => {
  const text = 'import { workflow } from "@continuum/runtime/workflow";\nexport const flow = workflow;\n';
  const file = ts.createSourceFile("/shop/flow.ts", text, ts.ScriptTarget.ES2023, true);
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost({}),
    getSourceFile: (name) => (name === file.fileName ? file : undefined),
  };
  const program = ts.createProgram([file.fileName], { noLib: true, noResolve: true }, host);
  const editor = openEditor({ ...ts, version: "5.4.5" }, {});
  const [found, ...others] = editor.diagnostics(program, file.fileName);
  expect(others).toEqual([]);
  expect(found?.start).toBe(text.indexOf('"@continuum'));
  const message = ts.flattenDiagnosticMessageText(found?.messageText, "\n");
  expect(message).toContain("CTM1312: Continuum's compiler does not work with TypeScript 5.4.5.");
  expect(message).toContain("Select TypeScript Version");
  expect(editor.fixes(program, file.fileName, 0, text.length, [2001])).toEqual([]);
  expect(editor.effectAt(program, file.fileName, 0)).toBeNull();
});
