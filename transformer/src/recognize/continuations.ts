/*
 * `continueAsNew(input)`: it becomes a `yield` that is never resumed, so it must stand where a yield can, and what would have
 * run after it does not.
 */
import { isAsync } from "../compiler/functions.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Problem } from "../ir/problem.js";

export function checkContinuation(node: TS.CallExpression, report: (problem: Problem) => void): void {
  const place = placeOf(node);
  // At module level every effect is refused, with a code of its own.
  if (place === "module") return;
  if (place === "unstoppable") {
    report({
      code: "CTM3023",
      node,
      message:
        "continueAsNew(…) ends the run where it stands, and only the body of an async function can be left like that: here the code around it would go on.",
      hint: "Return what is to be done from here, and call continueAsNew(…) in the async function that gets it.",
    });
    return;
  }
  const cleanup = enclosingFinally(node);
  if (cleanup === null) return;
  report({
    code: "CTM3024",
    severity: "warning",
    node,
    message: "Nothing runs after continueAsNew(…): the `finally` around it is skipped too.",
    hint: "Do what the `finally` does first, and call continueAsNew(…) behind the whole `try`.",
    related: { text: "this `finally` does not run to its end", node: cleanup },
  });
}

/** Where `node` would be left from: an async function's body, what can't be left without a throw, or no function at all. */
function placeOf(node: TS.Node): "async" | "unstoppable" | "module" {
  let inField = false;
  for (let child: TS.Node = node, at = node.parent; !ts.isSourceFile(at); child = at, at = at.parent) {
    if (ts.isPropertyDeclaration(at) && at.initializer === child) inField = true;
    if (ts.isClassStaticBlockDeclaration(at)) inField = true;
    // A computed name and a decorator are evaluated outside of the function that they belong to.
    if (!ts.isFunctionLike(at) || ts.isDecorator(child) || ts.isComputedPropertyName(child)) continue;
    return isAsync(at) && !inField && !ts.isParameter(child) ? "async" : "unstoppable";
  }
  return inField ? "unstoppable" : "module";
}

/** The innermost `finally` of the same function that a jump out of `node` would run, or that `node` stands in. */
function enclosingFinally(node: TS.Node): TS.Block | null {
  for (let at = node.parent; !ts.isSourceFile(at) && !ts.isFunctionLike(at); at = at.parent)
    if (ts.isTryStatement(at) && at.finallyBlock !== undefined) return at.finallyBlock;
  return null;
}
