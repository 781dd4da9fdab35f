/*
 * Purpose: does a `Date` read a text in the machine's time zone, as far as the program says what the text is?
 * Owns: which texts an expression can make: of literals, of numbers, and of what is cut out of, put into and put together with these.
 * Does not own: where a text comes from that is given to a function (flows.ts).
 *
 * What comes with the input is believed to name its zone, but for a day and a time that the program puts together.
 */
import { results } from "../compiler/functions.js";
import { libraryCall } from "../compiler/library-calls.js";
import type { ProgramView } from "../compiler/program-view.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { unwrap } from "../compiler/symbols.js";

/** What is said where a Date reads such a text. */
export const localTime = {
  family: "environment",
  hint: 'Name the time zone: "2026-01-31T10:00:00Z"; a text without one is read in the zone of the machine.',
} as const;

/** Stands for a text of which nothing is known, and for a number. */
const TEXT = "\ue000";
const NUMBER = "\ue001";
/** One of what `toISOString` and `toUTCString` give. */
const ISO = "2026-01-05T10:20:30.400Z";
const UTC = "Mon, 05 Jan 2026 10:20:30 GMT";
/** More alternatives than these say nothing. */
const MOST_TEXTS = 8;
const DEEPEST = 8;

export function isLocalText(view: ProgramView, value: TS.Expression): boolean {
  // A number is no text, though it becomes one within a text.
  return !isNumeric(view.checker.getTypeAtLocation(value)) && textsOf(view, value, 0).some(isLocal);
}

function isNumeric(type: TS.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(({ flags }) => (flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike)) !== 0);
}

function isLocal(text: string): boolean {
  if (text.includes(TEXT)) return endsInTime(text);
  if (!text.includes(NUMBER)) return isReadLocally(text);
  const asYearFirst = text.replace(NUMBER, "2026").replaceAll(NUMBER, "5");
  return isReadLocally(Number.isNaN(Date.parse(asYearFirst)) ? text.replaceAll(NUMBER, "11") : asYearFirst);
}

function isReadLocally(written: string): boolean {
  const text = written.trim();
  const hasZone = /(Z|GMT|UTC|[+-]\d\d:?\d\d)\)?$/i.test(text);
  return !hasZone && !/^[+-]?\d{4,6}(-\d\d){0,2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** `${day}T00:00`, `day + " 10:00"`: whatever the day, no zone follows; `${day}T${time}`: nor does one in sight. */
function endsInTime(text: string): boolean {
  if (/^[^\ue000]*\ue000[T ]\ue000$/.test(text)) return true;
  const end = text.slice(text.lastIndexOf(TEXT) + 1).replaceAll(NUMBER, "10");
  return end !== "" && /^(|.*[T ])\d\d?:\d\d(:\d\d(\.\d+)?)?$/.test(end);
}

/** The texts that an expression can make. */
function textsOf(view: ProgramView, value: TS.Expression, depth: number): readonly string[] {
  const node = unwrap(value);
  const type = view.checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  const written = parts.flatMap((part) =>
    part.isStringLiteral() || part.isNumberLiteral() ? [String(part.value)] : [],
  );
  if (written.length === parts.length) return written.length <= MOST_TEXTS ? written : [TEXT];
  if (isNumeric(type)) return [NUMBER];
  if (depth > DEEPEST) return [TEXT];
  const inner = (each: TS.Expression): readonly string[] => textsOf(view, each, depth + 1);
  if (ts.isTemplateExpression(node)) {
    return together([
      [node.head.text],
      ...node.templateSpans.flatMap((span) => [inner(span.expression), [span.literal.text]]),
    ]);
  }
  if (ts.isBinaryExpression(node)) return ofOperator(node, inner);
  if (ts.isConditionalExpression(node)) return few([...inner(node.whenTrue), ...inner(node.whenFalse)]);
  if (ts.isElementAccessExpression(node))
    return ofPart(view, node.expression, Number(node.argumentExpression.getText()), inner);
  if (ts.isCallExpression(node)) return ofCall(view, node, inner);
  const declaration = ts.isIdentifier(node) ? view.symbolOf(node)?.valueDeclaration : undefined;
  if (declaration !== undefined && ts.isBindingElement(declaration))
    return ofBinding(view, declaration, inner);
  const isConst =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConst && declaration.initializer !== undefined ? inner(declaration.initializer) : [TEXT];
}

type Inner = (value: TS.Expression) => readonly string[];

function ofOperator(node: TS.BinaryExpression, inner: Inner): readonly string[] {
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken:
      return together([inner(node.left), inner(node.right)]);
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return few([...inner(node.left), ...inner(node.right)]);
    default:
      return [TEXT];
  }
}

/** `text.split("Z")[0]` */
function ofPart(view: ProgramView, list: TS.Expression, index: number, inner: Inner): readonly string[] {
  const call = unwrap(list);
  const split = ts.isCallExpression(call) ? libraryCall(view, call, (name) => name === "split") : null;
  const by = split?.args[0] === undefined ? undefined : inner(split.args[0])[0];
  const text = split?.receiver ?? null;
  if (text === null || by === undefined || Number.isNaN(index)) return [TEXT];
  return changed(inner(text), (each) => each.split(by)[index]);
}

/** `const [day, time] = text.split("T")` */
function ofBinding(view: ProgramView, element: TS.BindingElement, inner: Inner): readonly string[] {
  const pattern = element.parent;
  const list = ts.isVariableDeclaration(pattern.parent) ? pattern.parent.initializer : undefined;
  if (list === undefined || !ts.isArrayBindingPattern(pattern)) return [TEXT];
  const texts = ofPart(view, list, pattern.elements.indexOf(element), inner);
  return element.initializer === undefined ? texts : few([...texts, ...inner(element.initializer)]);
}

function ofCall(view: ProgramView, node: TS.CallExpression, inner: Inner): readonly string[] {
  const call = libraryCall(view, node, () => true);
  if (call === null) return ofFunction(view, node, inner);
  const { name, receiver, args } = call;
  const [first, second] = args;
  if (name === "Date.toISOString" || name === "Date.toJSON") return [ISO];
  if (name === "Date.toUTCString") return [UTC];
  if (name === "StringConstructor.call" || name === "String")
    return first === undefined ? [""] : inner(first);
  if (/Array\.join$/.test(name)) return ofJoin(receiver, first, inner);
  if (receiver === null) return [TEXT];
  if (name === "Number.toString" && first === undefined) return inner(receiver);
  const method = /^String\.(slice|substring|substr|replace|replaceAll|trim|concat|padStart)$/.exec(name)?.[1];
  if (method === "concat") return together([inner(receiver), ...args.map(inner)]);
  if (method === "padStart") return inner(receiver).map((text) => (text === NUMBER ? "05" : text));
  if (method === "trim") return inner(receiver);
  if (method === "replace" || method === "replaceAll") {
    const by = second === undefined ? undefined : inner(second)[0];
    const what = first === undefined ? undefined : patternOf(first, inner);
    if (by === undefined || what === undefined) return [TEXT];
    return changed(inner(receiver), (text) =>
      method === "replace" ? text.replace(what, by) : text.replaceAll(what, by),
    );
  }
  if (method === undefined) return [TEXT];
  const [from, to] = args.map((argument) => Number(argument.getText()));
  if (from === undefined || Number.isNaN(from) || Number.isNaN(to ?? 0)) return [TEXT];
  return changed(inner(receiver), (text) => {
    if (method === "substr") return to === undefined ? text.slice(from) : text.slice(from, from + to);
    return method === "slice" ? text.slice(from, to) : text.substring(from, to);
  });
}

function patternOf(node: TS.Expression, inner: Inner): string | RegExp | undefined {
  const pattern = unwrap(node);
  if (!ts.isRegularExpressionLiteral(pattern)) return inner(pattern)[0];
  const end = pattern.text.lastIndexOf("/");
  try {
    return new RegExp(pattern.text.slice(1, end), pattern.text.slice(end + 1));
  } catch {
    // What is no pattern has an error of its own.
    return undefined;
  }
}

function ofJoin(
  list: TS.Expression | null,
  between: TS.Expression | undefined,
  inner: Inner,
): readonly string[] {
  const literal = list === null ? null : unwrap(list);
  if (literal === null || !ts.isArrayLiteralExpression(literal) || literal.elements.some(ts.isSpreadElement))
    return [TEXT];
  const by = between === undefined ? [","] : inner(between);
  return together(
    literal.elements.flatMap((element, i) => (i === 0 ? [inner(element)] : [by, inner(element)])),
  );
}

/** What a function of the project gives, whatever it is given. */
function ofFunction(view: ProgramView, node: TS.CallExpression, inner: Inner): readonly string[] {
  const declaration = view.checker.getResolvedSignature(node)?.getDeclaration();
  if (declaration === undefined || view.originOf(declaration).kind !== "project" || !("body" in declaration))
    return [TEXT];
  const given = results(declaration);
  return given.length === 0 ? [TEXT] : few(given.flatMap(inner));
}

/** Every text of the one before every text of the next. */
function together(all: readonly (readonly string[])[]): readonly string[] {
  return all.reduce<readonly string[]>(
    (texts, next) => few(texts.flatMap((text) => next.map((each) => text + each))),
    [""],
  );
}

function few(texts: readonly string[]): readonly string[] {
  return texts.length <= MOST_TEXTS ? texts : [TEXT];
}

/** What is cut out of a text, or put into it, is known where the text is. */
function changed(texts: readonly string[], change: (text: string) => string | undefined): readonly string[] {
  return texts.map((text) => (text.includes(TEXT) || text.includes(NUMBER) ? TEXT : (change(text) ?? TEXT)));
}
