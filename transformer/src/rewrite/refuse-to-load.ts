import { sha256 } from "@continuum/contract";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { ProgramModel } from "../ir/model.js";
import type { Rewrite } from "./rewrite.js";

/**
 * What is emitted of a program that was refused, by hosts that emit in spite of errors, as tsc does: each module that defines
 * a workflow throws when it is loaded, and says why. Compiled code of a refused program must not run, and code that was not
 * compiled would send the user to the wrong cause.
 */
export function refuseToLoad(model: ProgramModel, diagnostics: readonly Diagnostic[]): Rewrite {
  const files = new Set<TS.SourceFile>(model.workflows.map(({ file }) => file));
  const first = diagnostics.find(({ severity }) => severity === "error");
  const cause =
    first === undefined
      ? ""
      : ` ${first.code} at ${first.place.file}:${String(first.place.line)}: ${first.message}`;
  const message = `CTM3090: Continuum's compiler refused this program.${cause}\n  hint: mend what the compiler reports, and compile again.`;
  return {
    dependent: new Map(Array.from(files, (file) => [file.fileName, sha256(message)])),
    transformer:
      ({ factory }) =>
      (file) => {
        if (!files.has(ts.getOriginalNode(file) as TS.SourceFile)) return file;
        const error = factory.createNewExpression(factory.createIdentifier("Error"), undefined, [
          factory.createStringLiteral(message),
        ]);
        const statements = ts.setTextRange(
          factory.createNodeArray([factory.createThrowStatement(error), ...file.statements]),
          file.statements,
        );
        return factory.updateSourceFile(file, statements);
      },
  };
}
