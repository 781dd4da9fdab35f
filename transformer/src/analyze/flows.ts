/*
 * Purpose: what a value of a wide type (`unknown`, `any`, `object`, a type parameter) was before it lost its type.
 * Owns: which arguments and callbacks reach the parameters of reached functions, and what is put into properties by name.
 *
 * What is caught, and what is kept in a record or a list of a wide type, is not followed: a caught Date is nobody's way of
 * programming, and of what a record holds no name tells one from the other.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { walkValues } from "../compiler/walk-values.js";
import { gather } from "../compiler/gather.js";
import type { Said } from "../compiler/gather.js";
import type { ReachedUnit, UnitFacts } from "../ir/facts.js";
import type { FactsInForce } from "./facts-in-force.js";

/** A type that a value may have had, and where it had it. */
export interface Origin {
  readonly type: TS.Type;
  readonly node: TS.Node;
}

export type Flows = (value: TS.Expression) => readonly Origin[];

/** Looks at all calls when the first question comes. */
export function flowsOf(view: ProgramView, reached: readonly ReachedUnit[], factsOf: FactsInForce): Flows {
  const given = givenTo(view, reached, factsOf);
  return (value) => {
    const found: Origin[] = [];
    const seen = new Set<TS.Node>();
    const visit = (expression: TS.Expression): void => {
      const node = unwrap(expression);
      if (seen.has(node)) return;
      seen.add(node);
      const type = view.checker.getTypeAtLocation(node);
      if (!isWide(view, type)) {
        found.push({ type, node });
        return;
      }
      const parameter = parameterBehind(view, node);
      if (parameter !== null) {
        if (parameter.initializer !== undefined) visit(parameter.initializer);
        for (const argument of given.values(parameter)) visit(argument);
        found.push(...given.types(parameter));
        return;
      }
      for (const declaration of view.symbolOf(node)?.declarations ?? []) {
        if (isProperty(declaration)) for (const put of given.values(declaration)) visit(put);
        const isValue = ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration);
        if (isValue && declaration.initializer !== undefined) visit(declaration.initializer);
      }
      if (ts.isConditionalExpression(node)) {
        visit(node.whenTrue);
        visit(node.whenFalse);
      } else if (ts.isBinaryExpression(node)) {
        visit(node.left);
        visit(node.right);
      }
    };
    visit(value);
    return found;
  };
}

/** Says the type nothing of whether the value is a Date or a function? */
export function isWide(view: ProgramView, type: TS.Type): boolean {
  if (type.isUnion()) return type.types.some((part) => isWide(view, part));
  if (view.checker.isArrayType(type) || view.checker.isTupleType(type))
    return view.checker.getTypeArguments(type as TS.TypeReference).some((element) => isWide(view, element));
  const { flags } = type;
  if ((flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) !== 0) return true;
  if ((flags & ts.TypeFlags.TypeParameter) !== 0) {
    const constraint = view.checker.getBaseConstraintOfType(type);
    return constraint === undefined || isWide(view, constraint);
  }
  if ((flags & ts.TypeFlags.Object) === 0) return false;
  const declaration = (type.symbol as TS.Symbol | undefined)?.declarations?.[0];
  // `{}`, `Object`, `{ toString(): string }`: what every object is.
  return (
    type.getCallSignatures().length === 0 &&
    type.getConstructSignatures().length === 0 &&
    (declaration === undefined ||
      !(ts.isClassLike(declaration) || ts.isObjectLiteralExpression(declaration))) &&
    type.getProperties().every(({ name }) => EVERY_OBJECT_HAS.has(name)) &&
    view.checker.getIndexInfosOfType(type).length === 0
  );
}

const EVERY_OBJECT_HAS: ReadonlySet<string> = new Set(
  "constructor toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable".split(" "),
);

/** The parameter whose value an expression is: named, or kept in a field that only a constructor's parameter gives. */
function parameterBehind(view: ProgramView, node: TS.Expression): TS.ParameterDeclaration | null {
  const declaration = view.symbolOf(node)?.valueDeclaration;
  if (declaration === undefined) return null;
  if (ts.isParameter(declaration)) return declaration;
  if (!ts.isPropertyDeclaration(declaration) || !ts.isClassLike(declaration.parent)) return null;
  for (const member of declaration.parent.members) {
    if (!ts.isConstructorDeclaration(member) || member.body === undefined) continue;
    for (const statement of member.body.statements) {
      if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) continue;
      const { left, right } = statement.expression;
      if (view.symbolOf(left)?.valueDeclaration !== declaration) continue;
      const source = view.symbolOf(unwrap(right))?.valueDeclaration;
      if (source !== undefined && ts.isParameter(source)) return source;
    }
  }
  return null;
}

/** A property that is declared; a record has none. */
function isProperty(node: TS.Node): node is TS.PropertySignature | TS.PropertyDeclaration {
  return ts.isPropertySignature(node) || ts.isPropertyDeclaration(node);
}

interface Given {
  /** What is given to a parameter, or put into a property. */
  values(place: TS.Node): readonly TS.Expression[];
  /** What callers of a function that is handed on give to its parameters. */
  types(parameter: TS.Node): readonly Origin[];
}

/** What the code of one unit gives to parameters. */
interface GivenByUnit {
  readonly values: Said<TS.Node, TS.Expression>;
  readonly handedOn: Said<TS.Node, HandedOn>;
}

/** A function as a value: whoever gets it gives its parameter at `index` what the type of its place says. */
interface HandedOn {
  readonly node: TS.Expression;
  readonly index: number;
}

function givenTo(view: ProgramView, reached: readonly ReachedUnit[], factsOf: FactsInForce): Given {
  const units = reached.map(({ facts }) => facts.declaration);
  const givenBy = view.memory.keep("given to parameters", (unit: TS.Node) =>
    givenByUnit(view, factsOf(unit)),
  );
  const values = gather(view.memory, "values of parameters", units, (unit) => givenBy(unit).values);
  const handedOn = gather(view.memory, "handed on functions", units, (unit) => givenBy(unit).handedOn);
  return {
    values,
    types: (parameter) =>
      handedOn(parameter).flatMap(({ node, index }) => {
        const type = givenType(view, node, index);
        return type === null || isWide(view, type) ? [] : [{ type, node }];
      }),
  };
}

function givenType(view: ProgramView, node: TS.Expression, index: number): TS.Type | null {
  const signature = view.checker.getContextualType(node)?.getCallSignatures()[0];
  const symbol = signature?.parameters[index];
  return symbol === undefined ? null : view.checker.getTypeOfSymbolAtLocation(symbol, node);
}

function givenByUnit(view: ProgramView, facts: UnitFacts): GivenByUnit {
  const values: [TS.Node, TS.Expression][] = [];
  const handedOn: [TS.Node, HandedOn][] = [];
  const visitCall = (call: TS.CallExpression | TS.NewExpression): void => {
    const declared = view.checker.getResolvedSignature(call)?.getDeclaration();
    if (declared === undefined || view.originOf(declared).kind !== "project") return;
    call.arguments?.forEach((argument, i) => {
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
  const visitPut = (node: TS.Node): void => {
    if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment)
        if (ts.isPropertyAccessExpression(node.left)) put(view.symbolOf(node.left), node.right);
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
      visitPut(node);
      if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isArrowFunction(node))
        visitHandedOn(node);
      return true;
    });
  }
  return { values, handedOn };
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

function functionAt(view: ProgramView, node: TS.Expression): TS.SignatureDeclarationBase | null {
  if (ts.isArrowFunction(node)) return node;
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
