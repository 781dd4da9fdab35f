/*
 * Purpose: a language service that also knows Continuum: the compiler's diagnostics, its quick fixes, and what an effect call asks.
 *
 * Invariants
 *  1. What TypeScript says comes first and is never lost: a failure of ours is logged, and leaves the editor as it was without us.
 *  2. Nothing is computed before the editor asks; one compilation serves all answers of one program.
 */
import type { Editor } from "@continuum/transformer";
import type ts from "typescript";
import { hoverText } from "./hover-text.js";

/** `service` with Continuum's answers added to its own. */
export function decorate(
  service: ts.LanguageService,
  editor: Editor,
  log: (text: string) => void,
): ts.LanguageService {
  const asked = <T>(what: string, otherwise: T, answer: (program: ts.Program) => T): T => {
    const program = service.getProgram();
    if (program === undefined) return otherwise;
    try {
      return answer(program);
    } catch (error) {
      log(`no ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return otherwise;
    }
  };
  return {
    ...bound(service),
    getSemanticDiagnostics(fileName) {
      const own = asked("diagnostics", [], (program) => editor.diagnostics(program, fileName));
      return [...service.getSemanticDiagnostics(fileName), ...own];
    },
    getCodeFixesAtPosition(fileName, start, end, errorCodes, formatOptions, preferences) {
      const own = asked("fixes", [], (program) => editor.fixes(program, fileName, start, end, errorCodes));
      const others = service.getCodeFixesAtPosition(
        fileName,
        start,
        end,
        errorCodes,
        formatOptions,
        preferences,
      );
      return [...own, ...others];
    },
    getQuickInfoAtPosition(fileName, position, ...rest) {
      const info = service.getQuickInfoAtPosition(fileName, position, ...rest);
      if (info === undefined) return info;
      const effect = asked("effect", null, (program) => editor.effectAt(program, fileName, position));
      if (effect === null) return info;
      const separator = info.documentation === undefined || info.documentation.length === 0 ? "" : "\n\n";
      const text = { kind: "text", text: `${separator}${hoverText(effect)}` };
      return { ...info, documentation: [...(info.documentation ?? []), text] };
    },
  };
}

/** All methods of the service, as tsserver will call them on the decorated one. */
function bound(service: ts.LanguageService): ts.LanguageService {
  const methods = Object.entries(service).map(([name, value]) => [
    name,
    typeof value === "function"
      ? (value as (...args: unknown[]) => unknown).bind(service)
      : (value as unknown),
  ]);
  return Object.fromEntries(methods) as ts.LanguageService;
}
