import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import type { Problem } from "../ir/problem.js";
import { constInitializer } from "./units.js";

/** The name in `patched("name")`: durable, so a literal, or a module-level const that holds one. */
export function readPatchName(
  view: ProgramView,
  node: TS.CallExpression,
  report: (problem: Problem) => void,
): string | null {
  const argument = node.arguments[0];
  const value = argument === undefined ? undefined : unwrap(argument);
  const held = value === undefined ? undefined : constInitializer(view.symbolOf(value)?.valueDeclaration);
  const literal = [value, held].find((each) => each !== undefined && ts.isStringLiteralLike(each));
  if (literal !== undefined && ts.isStringLiteralLike(literal) && literal.text !== "") return literal.text;
  report({
    code: "CTM3025",
    node: argument ?? node,
    message:
      "The name of a patch must be a literal text: histories keep it, and the compiler lists it in the manifest.",
    hint: 'Write the name at the call: patched("charge-before-shipping").',
  });
  return null;
}
