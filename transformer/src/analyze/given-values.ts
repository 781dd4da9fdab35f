/*
 * What reached code gives to parameters, and puts into properties, records, lists and maps.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, unwrap } from "../compiler/symbols.js";
import { walkValues } from "../compiler/walk-values.js";
import { gather } from "../compiler/gather.js";
import type { Said } from "../compiler/gather.js";
import type { ReachedUnit, UnitFacts } from "../ir/facts.js";
import type { FactsInForce } from "./facts-in-force.js";

/** A property that is declared; a record has none. */
export function isProperty(node: TS.Node): node is TS.PropertySignature | TS.PropertyDeclaration {
  return ts.isPropertySignature(node) || ts.isPropertyDeclaration(node);
}

export interface Given {
  /** What is given to a parameter, or put into a property. */
  values(place: TS.Node): readonly TS.Expression[];
  /** What is put into what a variable or a property holds. */
  puts(holder: TS.Node): readonly Put[];
  /** The functions that are handed on whose parameter this is. */
  handedOn(parameter: TS.Node): readonly HandedOn[];
}

export interface Put {
  /** The name under which it is put; `*` for any. */
  readonly key: string;
  readonly value: TS.Expression;
}

/** Methods of lists, sets and maps that put their last arguments into them. */
const PUTTING = /^(push|unshift|add|set)$/;

/** What the code of one unit gives to parameters. */
interface GivenByUnit {
  readonly values: Said<TS.Node, TS.Expression>;
  readonly puts: Said<TS.Node, Put>;
  readonly handedOn: Said<TS.Node, HandedOn>;
}

/** A function as a value: whoever gets it gives its parameter at `index` what the type of its place says. */
export interface HandedOn {
  readonly node: TS.Expression;
  readonly index: number;
}

export function givenTo(view: ProgramView, reached: readonly ReachedUnit[], factsOf: FactsInForce): Given {
  const units = reached.map(({ facts }) => facts.declaration);
  const givenBy = view.memory.keep("given to parameters", (unit: TS.Node) =>
    givenByUnit(view, factsOf(unit)),
  );
  return {
    values: gather(view.memory, "values of parameters", units, (unit) => givenBy(unit).values),
    puts: gather(view.memory, "put into containers", units, (unit) => givenBy(unit).puts),
    handedOn: gather(view.memory, "handed on functions", units, (unit) => givenBy(unit).handedOn),
  };
}

function givenByUnit(view: ProgramView, facts: UnitFacts): GivenByUnit {
  const values: [TS.Node, TS.Expression][] = [];
  const puts: [TS.Node, Put][] = [];
  const handedOn: [TS.Node, HandedOn][] = [];
  const putInto = (holder: TS.Expression, key: string, value: TS.Expression): void => {
    if (isPlain(value)) return;
    const declaration = view.symbolOf(unwrap(holder))?.valueDeclaration;
    if (declaration !== undefined && view.originOf(declaration).kind === "project")
      puts.push([declaration, { key, value }]);
  };
  const visitCall = (call: TS.CallExpression | TS.NewExpression): void => {
    const callee = unwrap(call.expression);
    if (ts.isPropertyAccessExpression(callee) && PUTTING.test(callee.name.text)) {
      const args = callee.name.text === "set" ? (call.arguments?.slice(1) ?? []) : (call.arguments ?? []);
      for (const argument of args)
        if (!ts.isSpreadElement(argument)) putInto(callee.expression, "*", argument);
    }
    visitGiven(call, call.arguments ?? []);
  };
  const visitGiven = (
    call: TS.CallExpression | TS.NewExpression | TS.TaggedTemplateExpression,
    args: readonly (TS.Expression | null)[],
  ): void => {
    const declared = view.checker.getResolvedSignature(call)?.getDeclaration();
    if (declared === undefined || view.originOf(declared).kind !== "project") return;
    args.forEach((argument, i) => {
      if (argument === null) return;
      for (const fn of implementationsOf(view, declared)) {
        const parameter = fn.parameters[i] ?? fn.parameters.at(-1);
        if (parameter === undefined || (i >= fn.parameters.length && parameter.dotDotDotToken === undefined))
          continue;
        values.push([parameter, ts.isSpreadElement(argument) ? argument.expression : argument]);
      }
    });
  };
  const put = (property: TS.Symbol | undefined, value: TS.Expression): void => {
    if (isPlain(value)) return;
    for (const declaration of property?.declarations ?? [])
      if (isProperty(declaration) && view.originOf(declaration).kind === "project")
        values.push([declaration, value]);
  };
  const putAt = (place: TS.Expression, value: TS.Expression): void => {
    if (isPlain(value)) return;
    if (ts.isPropertyAccessExpression(place)) {
      const property = view.symbolOf(place);
      put(property, value);
      if (property === undefined) putInto(place.expression, place.name.text, value);
    } else if (ts.isElementAccessExpression(place))
      putInto(place.expression, literalKey(view.checker, place.argumentExpression) ?? "*", value);
  };
  const visitPut = (node: TS.Node): void => {
    if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment)
        putAt(unwrap(node.left), node.right);
    } else if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
      const value = ts.isPropertyAssignment(node) ? node.initializer : node.name;
      if (isPlain(value) || ts.isComputedPropertyName(node.name)) return;
      const type = view.checker.getContextualType(node.parent);
      for (const part of type?.isUnion() === true ? type.types : [type])
        put(part?.getProperty(node.name.text), value);
    }
  };
  const visitHandedOn = (node: TS.Expression): void => {
    const fn = functionAt(view, node);
    if (fn === null || fn.parameters.length === 0 || isCallee(node)) return;
    fn.parameters.forEach((parameter, index) => handedOn.push([parameter, { node, index }]));
  };
  for (const root of facts.roots) {
    walkValues(root, (node) => {
      if (facts.omitted.has(node)) return false;
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) visitCall(node);
      if (ts.isTaggedTemplateExpression(node) && ts.isTemplateExpression(node.template))
        visitGiven(node, [null, ...node.template.templateSpans.map(({ expression }) => expression)]);
      visitPut(node);
      if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isArrowFunction(node))
        visitHandedOn(node);
      return true;
    });
  }
  return { values, puts, handedOn };
}

/** Neither a Date nor a function, by its form. */
function isPlain(node: TS.Expression): boolean {
  return (
    ts.isLiteralExpression(node) ||
    ts.isTemplateExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

/** The declaration with a body, where another one only says the types. */
function implementationsOf(
  view: ProgramView,
  declared: TS.SignatureDeclaration | TS.JSDocSignature,
): readonly TS.SignatureDeclarationBase[] {
  if (!ts.isFunctionDeclaration(declared) && !ts.isMethodDeclaration(declared))
    return [declared as TS.SignatureDeclarationBase];
  if (declared.body !== undefined || declared.name === undefined) return [declared];
  return (view.symbolOf(declared.name)?.declarations ?? []).filter(
    (at): at is TS.FunctionDeclaration | TS.MethodDeclaration =>
      (ts.isFunctionDeclaration(at) || ts.isMethodDeclaration(at)) && at.body !== undefined,
  );
}

export function functionAt(view: ProgramView, node: TS.Expression): TS.SignatureDeclarationBase | null {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return node;
  const declaration = view.symbolOf(node)?.valueDeclaration;
  if (declaration === undefined || view.originOf(declaration).kind !== "project") return null;
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) return declaration;
  const value =
    ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined
      ? unwrap(declaration.initializer)
      : undefined;
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
}

function isCallee(node: TS.Node): boolean {
  const { parent } = node;
  return (
    (ts.isCallExpression(parent) && parent.expression === node) ||
    (ts.isPropertyAccessExpression(parent) && parent.name === node)
  );
}
