import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { viewProgram } from "../compiler/program-view.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { formatDiagnostic } from "../diagnostics/format.js";
import { toDiagnostics } from "../diagnostics/locate.js";
import { fixtureProgram, readFixture } from "../fixtures/program.js";
import { recognize } from "../recognize/recognize.js";
import { analyze } from "./analyze.js";
import type { TrustedModules } from "./trust.js";

const folder = new URL("./fixtures/", import.meta.url);

/** A head line `trust: [...]` gives trustedModules; `dom` and `esnext` add these libraries; `types` allows type errors. */
for (const rule of readdirSync(folder).sort()) {
  describe(`rule ${rule.replaceAll("-", " ")}`, () => {
    for (const name of readdirSync(new URL(`${rule}/`, folder)).sort()) {
      it(name.replace(/\.txt$/, "").replaceAll("-", " "), () => {
        const { files, expected, head } = readFixture(
          readFileSync(new URL(`${rule}/${name}`, folder), "utf8"),
        );
        const trust = /^trust: (.*)$/m.exec(head)?.[1];
        const { program, readFile } = fixtureProgram(files, {
          dom: /^dom$/m.test(head),
          esnext: /^esnext$/m.test(head),
        });
        const view = viewProgram(program, { readFile });
        const recognition = recognize(view);
        const options = trust === undefined ? {} : { trustedModules: JSON.parse(trust) as TrustedModules };
        const problems = [...recognition.problems, ...analyze(view, recognition, options)];
        expect(toDiagnostics(view, problems).map(formatDiagnostic).join("\n")).toBe(expected);
        if (!/^types$/m.test(head)) expect(typeErrors(program)).toEqual([]);
      });
    }
  });
}

/** A fixture that does not type-check proves nothing: symbols would be missing. */
function typeErrors(program: TS.Program): readonly string[] {
  return program
    .getSourceFiles()
    .filter((file) => file.fileName.startsWith("/shop/") && !file.isDeclarationFile)
    .flatMap((file) => program.getSemanticDiagnostics(file))
    .map(
      (diagnostic) =>
        `${diagnostic.file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`,
    );
}
