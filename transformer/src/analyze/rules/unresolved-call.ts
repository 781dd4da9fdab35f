import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { unwrap } from "../../compiler/symbols.js";
import type { Rule } from "../rule.js";
import { hiddenMember } from "../structural.js";

/** Calls, and functions handed on, through values that the types say nothing of. */
export const unresolvedCall: Rule = {
  code: "CTM2011",
  check(node, { view, report }) {
    const callee = calleeOf(node);
    if (callee !== null && isOpaque(view, callee)) {
      report(
        callee,
        `\`${callee.getText().replace(/\s+/g, " ")}\` can be any function, so the compiler cannot see what this call runs.`,
        "Give it a function type, and a value that is written in the program; or call it in an activity(…).",
      );
      return;
    }
    const argument = opaqueCallback(view, node);
    if (argument !== null) {
      report(
        argument,
        `\`${argument.getText().replace(/\s+/g, " ")}\` can be any function, and it is handed on to be called.`,
        "Give it a function type, and a value that is written in the program.",
      );
    }
  },
};

function calleeOf(node: TS.Node): TS.Expression | null {
  if (ts.isCallExpression(node)) {
    const kind = node.expression.kind;
    return kind === ts.SyntaxKind.ImportKeyword || kind === ts.SyntaxKind.SuperKeyword
      ? null
      : node.expression;
  }
  if (ts.isNewExpression(node)) return node.expression;
  if (ts.isTaggedTemplateExpression(node)) return node.tag;
  return null;
}

function isOpaque(view: ProgramView, expression: TS.Expression): boolean {
  const type = view.checker.getTypeAtLocation(expression);
  if ((type.flags & ts.TypeFlags.Any) !== 0) return !isJudged(view, expression);
  // The type `Function`: callable, with nothing known.
  const symbol = type.symbol as TS.Symbol | undefined;
  return (
    !isJudged(view, expression) &&
    view.isGlobal(symbol, "Function") &&
    type.getCallSignatures().length === 0 &&
    type.getConstructSignatures().length === 0
  );
}

/** Something foreign, which has a message of its own. */
function isJudged(view: ProgramView, expression: TS.Expression): boolean {
  if (hiddenMember(view, unwrap(expression)) !== null) return true;
  const declaration = view.symbolOf(unwrap(expression))?.declarations?.[0];
  if (declaration === undefined) return false;
  const kind = view.originOf(declaration).kind;
  return kind === "package" || kind === "ambient" || kind === "platform";
}

/** An argument of type `any` where a function is wanted. */
function opaqueCallback(view: ProgramView, node: TS.Node): TS.Expression | null {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return null;
  for (const argument of node.arguments ?? []) {
    if (ts.isSpreadElement(argument)) continue;
    if ((view.checker.getTypeAtLocation(argument).flags & ts.TypeFlags.Any) === 0) continue;
    const wanted = view.checker.getContextualType(argument);
    if (wanted !== undefined && wanted.getCallSignatures().length > 0) return argument;
  }
  return null;
}
