import { isAsync, isThenable } from "../../compiler/functions.js";
import { isDeclaredPrimitive, isLiteral, plainType } from "../../compiler/by-form.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { qualifiedName } from "../../compiler/qualified-name.js";
import { outerParent, unwrap } from "../../compiler/symbols.js";
import type { ProgramView } from "../../compiler/program-view.js";
import type { Rule } from "../rule.js";

/** Methods that take the callback's answer for a truth or a number: of a promise they see only that it is an object. */
const ANSWERS: ReadonlySet<string> = new Set(
  "filter some every find findIndex findLast findLastIndex sort toSorted".split(" "),
);

const MESSAGE =
  "This function gives a promise, and whoever calls it is told that it gives nothing: nobody waits for it, and its failure is lost.";
const HINT =
  "Give the parameter a type that returns Promise<void>, and await what it returns; or write `void` in front of what may be cancelled.";

/** `forEach(async …)`: nobody waits for what the callbacks do. `filter(async …)`: a promise is always true. */
export const discardedCallbacks: Rule = {
  code: "CTM2013",
  looksAt: ["CallExpression", "NewExpression", "ArrowFunction", "FunctionExpression", "MethodDeclaration"],
  check(node, { view, report }) {
    const kept = functionKept(node);
    if (kept !== null && isForNothing(view, kept) && givesPromise(view, kept)) report(kept, MESSAGE, HINT);
    if (ts.isMethodDeclaration(node) && isAsync(node) && isDeclaredForNothing(view, node))
      report(node.name, MESSAGE, HINT);
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
    for (const callback of node.arguments ?? []) {
      if (!givesPromise(view, callback) || !isForNothing(view, callback)) continue;
      report(callback, MESSAGE, HINT);
    }
    if (!ts.isCallExpression(node)) return;
    const method = builtInMethod(view, node.expression);
    const isForEach = method === "forEach";
    if (method === null || !(isForEach || ANSWERS.has(method))) return;
    const callback = node.arguments[0];
    if (callback === undefined || !givesPromise(view, callback)) return;
    report(
      node,
      isForEach
        ? "`forEach` throws away the promises of its callbacks: nobody waits for them, and their failures are lost."
        : `\`${method}\` does not wait for the promises of its callbacks: it takes each of them for ${/ort/.test(method) ? "a number" : "true"}.`,
      isForEach
        ? "Write `for (const x of xs) await …` to go one by one, or `await Promise.all(xs.map(async (x) => …))` for all at once."
        : `Find the answers first, with \`await Promise.all(xs.map(async (x) => …))\`, and give \`${method}\` a function that reads them.`,
    );
  },
};

/** A function that is written where a property, a variable or a result says what it gives. */
function functionKept(node: TS.Node): TS.Expression | null {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return null;
  const { parent, child } = outerParent(node);
  const isKept =
    ts.isPropertyAssignment(parent) ||
    ts.isReturnStatement(parent) ||
    (ts.isVariableDeclaration(parent) && parent.type !== undefined) ||
    (ts.isBinaryExpression(parent) &&
      parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      parent.right === child);
  return isKept ? node : null;
}

function givesPromise(view: ProgramView, callback: TS.Expression): boolean {
  const { checker } = view;
  const isPromising = (signature: TS.Signature): boolean => isThenable(checker, signature.getReturnType());
  if (ts.isArrowFunction(callback) || ts.isFunctionExpression(callback)) {
    const signature = checker.getSignatureFromDeclaration(callback);
    return signature !== undefined && isPromising(signature);
  }
  if (isLiteral(callback) || isDeclaredPrimitive(view, callback)) return false;
  return plainType(view, callback).getCallSignatures().some(isPromising);
}

/** Says an interface or a class that its class implements that it gives nothing? */
function isDeclaredForNothing(view: ProgramView, method: TS.MethodDeclaration): boolean {
  if (!ts.isClassLike(method.parent)) return false;
  const bases = (method.parent.heritageClauses ?? []).flatMap(({ types }) => types);
  return bases.some((base) => {
    const declared = view.checker.getTypeAtLocation(base).getProperty(method.name.getText());
    return declared !== undefined && givesNothing(view, view.checker.getTypeOfSymbol(declared));
  });
}

/** Is it given where the project asks for `() => void`? The library's own functions have words of their own. */
function isForNothing(view: ProgramView, callback: TS.Expression): boolean {
  const wanted = view.checker.getContextualType(unwrap(callback));
  return wanted !== undefined && givesNothing(view, wanted);
}

function givesNothing(view: ProgramView, wanted: TS.Type): boolean {
  const signatures = view.checker.getNonNullableType(wanted).getCallSignatures();
  return (
    signatures.length > 0 &&
    signatures.every((signature) => {
      const declaration = signature.getDeclaration() as TS.Node | undefined;
      return (
        (signature.getReturnType().flags & ts.TypeFlags.Void) !== 0 &&
        declaration !== undefined &&
        view.originOf(declaration).kind === "project"
      );
    })
  );
}

/** The name of the platform's method that is called on an array, a map or the like. */
function builtInMethod(view: ProgramView, callee: TS.Expression): string | null {
  if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee)) return null;
  const declaration = view.symbolOf(callee)?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return null;
  return qualifiedName(declaration).name.split(".").at(-1) ?? null;
}
