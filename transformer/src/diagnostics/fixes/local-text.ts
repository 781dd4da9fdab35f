/*
 * What depends on the time zone or the language of the machine, said without them.
 */
import type { ProgramView } from "../../compiler/program-view.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { draftFix } from "./draft.js";
import type { Fixer } from "./fixer.js";
import { callOf, platformName } from "./places.js";

const DATE_PART = /^Date\.((?:get|set)(?:Date|Day|FullYear|Hours|Milliseconds|Minutes|Month|Seconds))$/;

/** `date.getHours()` → `date.getUTCHours()`, `name.toLocaleUpperCase()` → `name.toUpperCase()`, `date.toString()` → `date.toISOString()`. */
export const withoutLocale: Fixer = ({ view, problem }) => {
  const { node } = problem;
  if (!ts.isPropertyAccessExpression(node)) return [];
  const member = memberInstead(platformName(view, node) ?? "", callOf(node)?.arguments.length ?? null);
  if (member === null) return [];
  return [
    draftFix(view, `Replace ${node.name.text} with ${member}`, (draft) => draft.replace(node.name, member)),
  ];
};

function memberInstead(name: string, argumentCount: number | null): string | null {
  const part = DATE_PART.exec(name)?.[1];
  if (part !== undefined) return part.replace(/^(get|set)/, "$1UTC");
  if (argumentCount !== 0) return null;
  if (name === "String.toLocaleUpperCase") return "toUpperCase";
  if (name === "String.toLocaleLowerCase") return "toLowerCase";
  return name === "Date.toString" ? "toISOString" : null;
}

/** `total.toLocaleString()` → `total.toLocaleString("en-US")`, `a.localeCompare(b)` → `a.localeCompare(b, "en")`. */
export const withLocale: Fixer = ({ view, problem }) => {
  const { node } = problem;
  const call = callOf(node);
  if (call === null) return [];
  const name = platformName(view, node) ?? "";
  const count = call.arguments.length;
  const added =
    /^(Number|BigInt)\.toLocaleString$/.test(name) && count === 0
      ? '"en-US"'
      : /^Date\.toLocale(Date|Time)?String$/.test(name) && count === 0
        ? '"en-US", { timeZone: "UTC" }'
        : name === "String.localeCompare" && count === 1
          ? ', "en"'
          : null;
  if (added === null) return [];
  return [
    draftFix(view, `Write ${added.replace(/^, /, "")} into the call`, (draft) =>
      draft.insert(
        call.getSourceFile(),
        call.arguments.hasTrailingComma ? call.arguments.end - 1 : call.arguments.end,
        added,
      ),
    ),
  ];
};

/** `new Date(2024, 1, 1)` → `new Date(Date.UTC(2024, 1, 1))` */
export const utcDate: Fixer = ({ view, problem }) => {
  const { node } = problem;
  const args = ts.isNewExpression(node) ? node.arguments : undefined;
  const [first] = args ?? [];
  const last = args?.at(-1);
  if (!ts.isNewExpression(node) || first === undefined || last === undefined || first === last) return [];
  if (!view.isGlobal(view.symbolOf(node.expression), "Date") || args?.some(ts.isSpreadElement) === true)
    return [];
  const callee = node.expression.getText();
  return [
    draftFix(view, `Replace it with new ${callee}(${callee}.UTC(…))`, (draft) => {
      draft.insert(node.getSourceFile(), first.getStart(), `${callee}.UTC(`);
      draft.insert(node.getSourceFile(), last.end, ")");
    }),
  ];
};

/** `${date}` → `${date.toISOString()}` */
export const isoText: Fixer = ({ view, problem }) => {
  const { node } = problem;
  if (!isDate(view, node)) return [];
  const isPlain =
    ts.isIdentifier(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    (ts.isNewExpression(node) && node.arguments !== undefined);
  return [
    draftFix(view, "Write it with toISOString()", (draft) =>
      isPlain
        ? draft.insert(node.getSourceFile(), node.end, ".toISOString()")
        : draft.wrap(node, "(", ").toISOString()"),
    ),
  ];
};

function isDate(view: ProgramView, node: TS.Node): boolean {
  const type = view.checker.getTypeAtLocation(node);
  return !type.isUnion() && view.isGlobal(type.symbol, "Date");
}
