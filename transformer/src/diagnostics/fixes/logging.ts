/*
 * `console.log("charged", orderId)` → `log.info("charged", { orderId })`: a message, and fields with names.
 */
import type { ProgramView } from "../../compiler/program-view.js";
import { unwrap } from "../../compiler/symbols.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { draftFix } from "./draft.js";
import type { Fixer } from "./fixer.js";
import { callOf, isInFunction, platformName, shortText } from "./places.js";

const LEVELS: Readonly<Record<string, string>> = {
  debug: "debug",
  trace: "debug",
  log: "info",
  info: "info",
  warn: "warn",
  error: "error",
};

export const recordedLog: Fixer = ({ view, problem }) => {
  const { node } = problem;
  const method = /(?:^|\.)Console\.(\w+)$/.exec(platformName(view, node) ?? "")?.[1];
  const level = method === undefined ? undefined : LEVELS[method];
  const call = callOf(node);
  if (level === undefined || call === null || !isInFunction(call)) return [];
  if (call.arguments.some(ts.isSpreadElement)) return [];
  const line = lineOf(view, call.arguments);
  return [
    draftFix(view, `Replace ${shortText(node)} with log.${level}`, (draft) =>
      draft.replace(call, `${draft.name("log", call)}.${level}(${line})`),
    ),
  ];
};

/** Message and fields: the message is the first argument where that is text, else the names of the fields. */
function lineOf(view: ProgramView, args: readonly TS.Expression[]): string {
  const [first, ...rest] = args;
  if (first === undefined) return '""';
  const isMessage = isText(view, first);
  const values = isMessage ? rest : args;
  const fields = new Map<string, string>();
  for (const value of values) fields.set(freeKey(fields, keyFor(value)), value.getText());
  const message = isMessage ? first.getText() : JSON.stringify([...fields.keys()].join(", "));
  if (fields.size === 0) return message;
  const members = [...fields].map(([key, text]) => (key === text ? key : `${key}: ${text}`));
  return `${message}, { ${members.join(", ")} }`;
}

function isText(view: ProgramView, node: TS.Expression): boolean {
  const type = view.checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => (part.flags & ts.TypeFlags.StringLike) !== 0);
}

function keyFor(node: TS.Expression): string {
  const value = unwrap(node);
  if (ts.isIdentifier(value)) return value.text;
  if (ts.isPropertyAccessExpression(value) && ts.isIdentifier(value.name)) return value.name.text;
  return "value";
}

function freeKey(taken: ReadonlyMap<string, string>, wanted: string): string {
  if (!taken.has(wanted)) return wanted;
  let count = 2;
  while (taken.has(`${wanted}${String(count)}`)) count++;
  return `${wanted}${String(count)}`;
}
