/*
 * The function that `sideEffect` is given. It is no workflow code: it runs once, outside of the run, and only its value is
 * durable. So it must be one that the compiler can leave alone as a whole, give its value at once, ask the run for nothing, and change
 * nothing of it.
 */
import { isAsync, isThenable } from "../compiler/functions.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { isIn, walkValues } from "../compiler/walk-values.js";
import type { Problem } from "../ir/problem.js";
import { effectNamed } from "./effect-names.js";
import { changesOfRun } from "./side-effect-changes.js";

/** The argument to leave alone; null where it is not a function that can be, with the problem reported. */
export function readSideEffect(
  view: ProgramView,
  node: TS.CallExpression,
  report: (problem: Problem) => void,
): TS.Node | null {
  const argument = node.arguments[0];
  const body = argument === undefined ? undefined : unwrap(argument);
  const refuse = (message: string, hint: string): void =>
    report({ code: "CTM3026", node: argument ?? node, message, hint });
  if (argument === undefined || body === undefined || !(isWritten(body) || isNamed(body))) {
    refuse(
      "sideEffect(…) takes a function that is written there or named: what computes one would be workflow code.",
      "Write sideEffect(() => …), with all that is not deterministic inside the function.",
    );
    return null;
  }
  if (isLater(view, body)) {
    refuse(
      "The function of sideEffect(…) must give its value at once: what an async one waits for is not in the history.",
      "Do what is asynchronous in an activity: await activity(read(id)).",
    );
  }
  refuseEffects(view, body, report);
  refuseChanges(view, body, report);
  return argument;
}

function isWritten(node: TS.Node): node is TS.ArrowFunction | TS.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

function isNamed(node: TS.Expression): boolean {
  return ts.isIdentifier(node) || (ts.isPropertyAccessExpression(node) && isNamed(unwrap(node.expression)));
}

function isLater(view: ProgramView, body: TS.Expression): boolean {
  if (isWritten(body) && (isAsync(body) || body.asteriskToken !== undefined)) return true;
  return view.checker
    .getTypeAtLocation(body)
    .getCallSignatures()
    .some((signature) => isThenable(view.checker, signature.getReturnType()));
}

/** An effect inside, or in a function that is called inside, would be asked for by the live run only and missed by each replay. */
function refuseEffects(view: ProgramView, body: TS.Expression, report: (problem: Problem) => void): void {
  const seen = new Set<TS.Node>();
  const walk = (code: TS.Node): void => {
    if (seen.has(code)) return;
    seen.add(code);
    walkValues(code, (node) => {
      if (!ts.isCallExpression(node)) return true;
      const name = view.authoringName(unwrap(node.expression));
      if (name !== null && effectNamed(name) !== null) {
        report({
          code: "CTM3027",
          node,
          message: `${name}(…) cannot be asked for inside the function of sideEffect(…), which no replay runs again.`,
          hint: `Call ${name}(…) before sideEffect(…) or behind it, and hand its value on.`,
          ...(code === body ? {} : { related: { text: "this sideEffect(…) reaches it", node: body } }),
        });
      }
      for (const callee of functionsOf(view, unwrap(node.expression))) walk(callee);
      return true;
    });
  };
  if (isWritten(body)) walk(body);
  else for (const named of functionsOf(view, body)) walk(named);
}

function refuseChanges(view: ProgramView, body: TS.Expression, report: (problem: Problem) => void): void {
  const seen = new Set<TS.Node>();
  for (const fn of isWritten(body) ? [body] : functionsOf(view, body)) {
    for (const { node, name } of changesOfRun(view, fn, (callee) => functionsOf(view, callee))) {
      if (seen.has(node)) continue;
      seen.add(node);
      report({
        code: "CTM3029",
        node,
        message: `\`${name}\` is changed inside the function of sideEffect(…), which no replay runs again: there it would stay as it was.`,
        hint: `Let the function give the value, and change \`${name}\` with it outside: const value = sideEffect(() => …).`,
        ...(isIn(node, body) ? {} : { related: { text: "this sideEffect(…) reaches it", node: body } }),
      });
    }
  }
}

/** The functions of the project that a name stands for. */
function functionsOf(view: ProgramView, name: TS.Expression): readonly TS.Node[] {
  if (!isNamed(name)) return [];
  return (view.symbolOf(name)?.declarations ?? []).flatMap((declaration): readonly TS.Node[] => {
    if (view.originOf(declaration).kind !== "project") return [];
    if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) return [declaration];
    const value =
      ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration)
        ? declaration.initializer
        : undefined;
    return value !== undefined && isWritten(unwrap(value)) ? [value] : [];
  });
}
