import {
  declaredType,
  isDeclaredPrimitive,
  isFunctionByName,
  isLiteral,
  isObject,
} from "../../compiler/by-form.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { unwrap } from "../../compiler/symbols.js";
import type { Rule } from "../rule.js";
import { hiddenMember } from "../structural.js";
import { lostImport } from "./unresolved-import.js";

/** Calls, and functions handed on, through values that the types say nothing of. */
export const unresolvedCall: Rule = {
  code: "CTM2011",
  looksAt: ["CallExpression", "NewExpression", "TaggedTemplateExpression"],
  check(node, { view, report }) {
    for (const { expression, isCalled } of opaqueFunctions(view, node)) {
      if (lostImport(view, expression) !== null) continue;
      const text = expression.getText().replace(/\s+/g, " ");
      report(
        expression,
        isCalled
          ? `\`${text}\` can be any function, so the compiler cannot see what this call runs.`
          : `\`${text}\` can be any function, and it is handed on to be called.`,
        `Give it a function type, and a value that is written in the program${isCalled ? "; or call it in an activity(…)" : ""}.`,
      );
    }
  },
};

/** The function that a node calls, or the first that it hands on to be called, where its type says nothing of it. */
export function opaqueFunctions(
  view: ProgramView,
  node: TS.Node,
): readonly { readonly expression: TS.Expression; readonly isCalled: boolean }[] {
  const callee = calleeOf(node);
  if (callee !== null && isOpaque(view, callee)) return [{ expression: callee, isCalled: true }];
  const argument = opaqueCallback(view, node);
  return argument === null ? [] : [{ expression: argument, isCalled: false }];
}

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
  if (isFunctionByName(view, expression)) return false;
  const declared = declaredType(view, expression);
  if (declared !== null && isObject(declared) && declared.getCallSignatures().length > 0) return false;
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
    if (ts.isSpreadElement(argument) || isLiteral(argument) || isDeclaredPrimitive(view, argument)) continue;
    if ((view.checker.getTypeAtLocation(argument).flags & ts.TypeFlags.Any) === 0) continue;
    const wanted = view.checker.getContextualType(argument);
    if (wanted !== undefined && wanted.getCallSignatures().length > 0) return argument;
  }
  return null;
}
