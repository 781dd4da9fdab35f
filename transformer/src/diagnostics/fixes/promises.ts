/*
 * Promises that nobody waits for, and calls that are written in the wrong way.
 */
import { isThenable } from "../../compiler/functions.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { outerParent, unwrap } from "../../compiler/symbols.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { draftFix } from "./draft.js";
import type { Fixer } from "./fixer.js";
import { callOf, canAwait } from "./places.js";

/** `ship(id);` and `void ship(id);` → `await ship(id);`, `const unread = ship(id)` → `const unread = await ship(id)` */
export const awaited: Fixer = ({ view, problem }) => {
  const { node } = problem;
  if (!canAwait(node)) return [];
  const { parent, child } = outerParent(node);
  // Another assignment of the variable would still give it the promise.
  if (ts.isVariableDeclaration(parent) && !(ts.getCombinedNodeFlags(parent) & ts.NodeFlags.Const)) return [];
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) return [];
  const isHead = ts.isLeftHandSideExpression(parent) && "expression" in parent && parent.expression === child;
  const [open, close] = isHead ? ["(", ")"] : ["", ""];
  if (ts.isVoidExpression(parent))
    return [
      draftFix(view, "Replace void with await", (draft) => draft.replace(parent, `await ${child.getText()}`)),
    ];
  if (isThenable(view.checker, view.checker.getTypeAtLocation(node)))
    return [draftFix(view, "Add await", (draft) => draft.wrap(node, `${open}await `, close))];
  return [
    draftFix(view, "Await all with Promise.all", (draft) =>
      draft.wrap(node, `${open}await Promise.all(`, `)${close}`),
    ),
  ];
};

/** `ids.forEach(async …)` → `await Promise.all(ids.map(async …))` */
export const mappedCallbacks: Fixer = ({ view, problem }) => {
  const { node } = problem;
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression) || !canAwait(node))
    return [];
  const { expression: list, name, questionDotToken } = node.expression;
  const type = view.checker.getTypeAtLocation(list);
  const isList = view.checker.isArrayType(type) || view.checker.isTupleType(type);
  if (!isList || questionDotToken !== undefined || !ts.isExpressionStatement(node.parent)) return [];
  return [
    draftFix(view, "Replace forEach with await Promise.all(….map(…))", (draft) => {
      draft.wrap(node, "await Promise.all(", ")");
      draft.replace(name, "map");
    }),
  ];
};

/** `await flow.run(input)` → `await child(flow.run(input))`, where `flow` names a workflow. */
export const asChild: Fixer = ({ view, problem }) => {
  const { node } = problem;
  const call = callOf(node);
  if (call === null || call.arguments.length !== 1 || !ts.isAwaitExpression(outerParent(call).parent))
    return [];
  if (!ts.isPropertyAccessExpression(node) || !isWorkflow(view, node.expression)) return [];
  return [
    draftFix(view, "Start it as a child: child(flow.run(input))", (draft) =>
      draft.wrap(call, `${draft.name("child", call)}(`, ")"),
    ),
  ];
};

function isWorkflow(view: ProgramView, flow: TS.Expression): boolean {
  const declaration = view.symbolOf(unwrap(flow))?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
  const made = declaration.initializer === undefined ? null : unwrap(declaration.initializer);
  return (
    made !== null && ts.isCallExpression(made) && view.authoringName(unwrap(made.expression)) === "workflow"
  );
}

/** `globalThis.Promise` → `Promise` */
export const plainPromise: Fixer = ({ view, problem }) => {
  const { node } = problem;
  if (view.checker.resolveName("Promise", node, ts.SymbolFlags.Value, true) !== undefined) return [];
  return [draftFix(view, "Replace it with Promise", (draft) => draft.replace(node, "Promise"))];
};
