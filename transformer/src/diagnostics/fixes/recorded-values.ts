/*
 * The clock and chance: what is read from the machine is read from the run instead.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { draftFix } from "./draft.js";
import type { Fixer } from "./fixer.js";
import { callOf, isInFunction, isWholeValue, platformName, shortText } from "./places.js";

/** What takes the place of a call without arguments. */
const RECORDED: Readonly<Record<string, string>> = {
  "DateConstructor.now": "now",
  "Performance.now": "now",
  "node:perf_hooks.Performance.now": "now",
  "Math.random": "random",
  "Crypto.randomUUID": "uuid4",
  "node:crypto.randomUUID": "uuid4",
  "node:crypto.webcrypto.Crypto.randomUUID": "uuid4",
};

/** `Date.now()` → `now()`; handed on as a value, `() => now()`. */
export const recordedValue: Fixer = ({ view, problem }) => {
  const { node } = problem;
  const recorded = RECORDED[platformName(view, node) ?? ""];
  if (recorded === undefined) return [];
  const call = callOf(node);
  if (call === null) {
    if (!isWholeValue(node)) return [];
    return [
      draftFix(view, `Replace ${shortText(node)} with () => ${recorded}()`, (draft) =>
        draft.replace(node, `() => ${draft.name(recorded, node)}()`),
      ),
    ];
  }
  if (call.arguments.length > 0 || !isInFunction(call)) return [];
  return [
    draftFix(view, `Replace ${shortText(call)} with ${recorded}()`, (draft) =>
      draft.replace(call, `${draft.name(recorded, call)}()`),
    ),
  ];
};

/** `new Date()` → `new Date(now())`. */
export const recordedDate: Fixer = ({ view, problem }) => {
  const { node } = problem;
  if (!ts.isNewExpression(node) || (node.arguments?.length ?? 0) > 0 || !isInFunction(node)) return [];
  const made = view.checker.getTypeAtLocation(node).symbol as TS.Symbol | undefined;
  if (!view.isGlobal(made, "Date")) return [];
  const callee = node.expression.getText();
  return [
    draftFix(view, `Replace ${shortText(node)} with new ${callee}(now())`, (draft) =>
      draft.replace(node, `new ${callee}(${draft.name("now", node)}())`),
    ),
  ];
};
