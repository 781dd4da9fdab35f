import { unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { givenName } from "./given-names.js";
import { staticName } from "./references.js";
import type { Reference } from "./references.js";
import type { Writing } from "./writing.js";

/** Writes an expression. What only formatting or types distinguish is written alike. */
export function writeExpression(w: Writing, node: TS.Expression): void {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isExpressionWithTypeArguments(node) ||
    ts.isPartiallyEmittedExpression(node)
  ) {
    w.expression(node.expression);
  } else if (ts.isIdentifier(node)) {
    writeReference(w, w.references.ofIdentifier(node));
  } else if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    writeAccess(w, node);
  } else if (ts.isStringLiteralLike(node)) {
    w.form("string", () => w.text(node.text));
  } else if (ts.isNumericLiteral(node)) {
    w.form("number", () => w.word(node.text));
  } else if (ts.isBigIntLiteral(node)) {
    w.form("bigint", () => w.word(`${String(BigInt(node.text.replace(/_|n$/g, "")))}n`));
  } else if (ts.isRegularExpressionLiteral(node)) {
    w.form("regex", () => w.text(withSortedFlags(node.text)));
  } else if (ts.isCallExpression(node)) {
    writeCall(w, node);
  } else if (ts.isNewExpression(node)) {
    w.form("new", () => {
      w.expression(node.expression);
      node.arguments?.forEach(w.expression);
    });
  } else if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
    w.functionLike(node);
  } else if (ts.isClassExpression(node)) {
    w.classLike(node, node.name?.text ?? givenName(node));
  } else if (ts.isObjectLiteralExpression(node)) {
    writeObject(w, node.properties);
  } else if (ts.isArrayLiteralExpression(node)) {
    w.form("array", () => node.elements.forEach(w.expression));
  } else if (ts.isTemplateExpression(node)) {
    w.form("template", () => {
      w.text(node.head.text);
      for (const span of node.templateSpans) {
        w.expression(span.expression);
        w.text(span.literal.text);
      }
    });
  } else if (ts.isTaggedTemplateExpression(node)) {
    w.form("tagged", () => {
      w.expression(node.tag);
      writeRawTemplate(w, node.template);
    });
  } else {
    writeOperator(w, node);
  }
}

/** `/a/ig` is `/a/gi`, as formatters write it. */
function withSortedFlags(pattern: string): string {
  const end = pattern.lastIndexOf("/") + 1;
  return pattern.slice(0, end) + [...pattern.slice(end)].sort().join("");
}

function writeOperator(w: Writing, node: TS.Expression): void {
  if (ts.isBinaryExpression(node)) {
    w.form("binary", () => {
      w.word(operator(node.operatorToken.kind));
      if (isPrivateIn(node)) w.declared(node.left);
      else w.expression(node.left);
      w.expression(node.right);
    });
  } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    w.form(ts.isPrefixUnaryExpression(node) ? "prefix" : "postfix", () => {
      w.word(operator(node.operator));
      w.expression(node.operand);
    });
  } else if (ts.isConditionalExpression(node)) {
    w.form("conditional", () => [node.condition, node.whenTrue, node.whenFalse].forEach(w.expression));
  } else if (ts.isAwaitExpression(node)) {
    w.form("await", () => w.expression(node.expression));
  } else if (ts.isTypeOfExpression(node)) {
    w.form("typeof", () => w.expression(node.expression));
  } else if (ts.isVoidExpression(node)) {
    w.form("void", () => w.expression(node.expression));
  } else if (ts.isDeleteExpression(node)) {
    w.form("delete", () => w.expression(node.expression));
  } else if (ts.isSpreadElement(node)) {
    w.form("spread", () => w.expression(node.expression));
  } else if (ts.isYieldExpression(node)) {
    w.form(node.asteriskToken === undefined ? "yield" : "yield*", () =>
      w.optional(node.expression, w.expression),
    );
  } else if (ts.isMetaProperty(node)) {
    w.form("meta", () =>
      w.word(node.keywordToken === ts.SyntaxKind.NewKeyword ? "new.target" : `import.${node.name.text}`),
    );
  } else if (ts.isOmittedExpression(node)) {
    w.form("hole");
  } else {
    writeKeyword(w, node);
  }
}

function writeKeyword(w: Writing, node: TS.Expression): void {
  switch (node.kind) {
    case ts.SyntaxKind.ThisKeyword:
      return w.form("this");
    case ts.SyntaxKind.SuperKeyword:
      return w.form("super");
    case ts.SyntaxKind.NullKeyword:
      return w.form("null");
    case ts.SyntaxKind.TrueKeyword:
      return w.form("true");
    case ts.SyntaxKind.FalseKeyword:
      return w.form("false");
    case ts.SyntaxKind.ImportKeyword:
      return w.form("import");
    default:
      // A form of a later language (or JSX): its text stands for it, and every name in it is still followed.
      w.form("other", () => {
        w.text(node.getText());
        w.reach.everything = true;
        const follow = (part: TS.Node): void => {
          if (ts.isIdentifier(part)) writeReference(w, w.references.ofIdentifier(part));
          else ts.forEachChild(part, follow);
        };
        ts.forEachChild(node, follow);
      });
  }
}

export function writeReference(w: Writing, reference: Reference, member = false): void {
  switch (reference.kind) {
    case "inner":
      w.local(reference.declaration);
      return;
    case "unit":
      if (!member) w.reach.escaped.add(reference.unit);
      w.reference(reference.unit, reference.binding);
      return;
    case "workflow":
      w.form("workflow", () => w.text(reference.name));
      return;
    case "continuum":
      w.form("continuum", () => w.word(reference.name));
      return;
    case "global":
      if (reference.name === "Reflect") w.reach.everything = true;
      w.form("global", () => w.text(reference.name));
      return;
    case "package": {
      // What a package does with an object is not known: it may call any of its members.
      if (!reference.specifier.startsWith("node:")) w.reach.everything = true;
      w.usePackage(reference.specifier, reference.from);
      w.form("package", () => {
        w.text(reference.specifier);
        w.text(reference.name);
      });
    }
  }
}

function writeAccess(w: Writing, node: TS.PropertyAccessExpression | TS.ElementAccessExpression): void {
  const { member, object } = w.references.ofAccess(node);
  if (member !== null) return writeReference(w, member);
  const constant = enumConstant(w, node);
  if (constant !== undefined) {
    w.form(typeof constant, () =>
      typeof constant === "string" ? w.text(constant) : w.word(String(constant)),
    );
    return;
  }
  const name = staticName(node);
  const tag =
    (node.flags & ts.NodeFlags.OptionalChain) === 0
      ? "get"
      : node.questionDotToken === undefined
        ? "get-chained"
        : "get?";
  w.form(tag, () => {
    // However the object is written, and wherever it is imported from, `object.member` is a use of that member alone.
    if (object === null) w.expression(node.expression);
    else writeReference(w, object, true);
    if (name !== null) {
      reachMember(w, name);
      if (name === "name" && isFunction(w, node.expression)) w.readFunctionName();
      w.form("key", () => w.text(name));
    } else if (ts.isPropertyAccessExpression(node)) {
      if (ts.isPrivateIdentifier(node.name)) w.declared(node.name);
    } else {
      if (!isIndex(w, node.argumentExpression)) w.reach.everything = true;
      w.expression(node.argumentExpression);
    }
  });
}

function writeCall(w: Writing, node: TS.CallExpression): void {
  const named = w.unscheduled.get(node);
  if (named !== undefined) {
    w.form("call", () => {
      w.text(named.name);
      named.args.forEach(w.expression);
    });
    return;
  }
  const effect = w.effects.get(node);
  if (effect !== undefined) w.effect(effect);
  const tag =
    (node.flags & ts.NodeFlags.OptionalChain) === 0
      ? "apply"
      : node.questionDotToken === undefined
        ? "apply-chained"
        : "apply?";
  const { activity } = effect ?? { activity: null };
  if (effect?.kind === "activity" && activity !== null) {
    w.form("activity", () => {
      w.text(activity.name);
      w.form("arguments", () => activity.args.forEach(w.expression));
      node.arguments.slice(1).forEach(w.expression);
    });
    return;
  }
  if (effect !== undefined && effect.child !== null) {
    const { flow, args } = effect.child;
    w.form("child", () => {
      w.expression(flow);
      w.form("arguments", () => args.forEach(w.expression));
      node.arguments.slice(1).forEach(w.expression);
    });
    return;
  }
  w.form(tag, () => {
    writeCallee(w, node);
    node.arguments.forEach(w.expression);
  });
}

/** A package that gets nothing but primitives has no object whose members it could call. */
function writeCallee(w: Writing, node: TS.CallExpression): void {
  const { everything } = w.reach;
  w.expression(node.expression);
  if (
    everything !== w.reach.everything &&
    isPackagePath(w, unwrap(node.expression)) &&
    node.arguments.every((argument) => isPrimitive(w, argument))
  )
    w.reach.everything = everything;
}

function isPackagePath(w: Writing, node: TS.Expression): boolean {
  if (ts.isIdentifier(node)) return w.references.ofIdentifier(node).kind === "package";
  if (!ts.isPropertyAccessExpression(node)) return false;
  return w.references.ofMember(node)?.kind === "package" || isPackagePath(w, unwrap(node.expression));
}

function isPrimitive(w: Writing, node: TS.Expression): boolean {
  const { StringLike, NumberLike, BigIntLike, BooleanLike, Null, Undefined } = ts.TypeFlags;
  const primitive = StringLike | NumberLike | BigIntLike | BooleanLike | Null | Undefined;
  const type = w.view.checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(({ flags }) => (flags & primitive) !== 0);
}

export function writeObject(w: Writing, properties: readonly TS.ObjectLiteralElementLike[]): void {
  w.form("object", () => properties.forEach((property) => writeProperty(w, property)));
}

function writeProperty(w: Writing, node: TS.ObjectLiteralElementLike): void {
  if (ts.isPropertyAssignment(node)) {
    w.form(isPrototypeKey(node.name) ? "prototype" : "property", () => {
      w.propertyName(node.name);
      w.expression(node.initializer);
    });
  } else if (ts.isShorthandPropertyAssignment(node)) {
    w.form("property", () => {
      w.propertyName(node.name);
      writeReference(w, w.references.ofIdentifier(node.name));
      if (node.objectAssignmentInitializer !== undefined)
        w.form("default", () => w.optional(node.objectAssignmentInitializer, w.expression));
    });
  } else if (ts.isSpreadAssignment(node)) {
    w.form("spread", () => w.expression(node.expression));
  } else {
    w.functionLike(node);
  }
}

function writeRawTemplate(w: Writing, template: TS.TemplateLiteral): void {
  // A tag sees the raw text, in which `\n` and a line break differ.
  const raw = (part: TS.TemplateLiteralLikeNode): void =>
    w.text((part.rawText ?? part.getText().replace(/^[`}]|(`|\$\{)$/g, "")).replace(/\r\n?/g, "\n"));
  if (ts.isNoSubstitutionTemplateLiteral(template)) return raw(template);
  raw(template.head);
  for (const span of template.templateSpans) {
    w.expression(span.expression);
    raw(span.literal);
  }
}

/** Notes that a member of this name can be reached in whatever object has it. */
export function reachMember(w: Writing, name: string): void {
  w.reach.names.add(name);
  if (name === "prototype" || name === "__proto__") w.reach.everything = true;
}

/** The value of `Enum.Member` where the compiler knows it: the name of the member means nothing then. */
function enumConstant(
  w: Writing,
  node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
): string | number | undefined {
  const symbol = w.view.symbolOf(node);
  const member = symbol?.valueDeclaration;
  if (member === undefined || !ts.isEnumMember(member)) return undefined;
  if (!isConstEnum(member.parent) && w.view.originOf(member).kind !== "project") return undefined;
  const value = w.view.checker.getConstantValue(member);
  if (value !== undefined)
    w.constant(`${member.parent.name.text}.${symbol!.name}`, JSON.stringify(value) ?? "");
  return value;
}

function isConstEnum(node: TS.EnumDeclaration): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ConstKeyword) ?? false;
}

function isFunction(w: Writing, node: TS.Expression): boolean {
  const type = w.view.checker.getTypeAtLocation(node);
  return (type.isUnion() ? type.types : [type]).some((part) => part.getCallSignatures().length > 0);
}

function isIndex(w: Writing, key: TS.Expression): boolean {
  const { flags } = w.view.checker.getTypeAtLocation(key);
  return (flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.ESSymbolLike)) !== 0;
}

function isPrivateIn(
  node: TS.BinaryExpression,
): node is TS.BinaryExpression & { readonly left: TS.PrivateIdentifier } {
  return ts.isPrivateIdentifier(node.left);
}

function isPrototypeKey(name: TS.PropertyName): boolean {
  return (ts.isIdentifier(name) || ts.isStringLiteral(name)) && name.text === "__proto__";
}

function operator(kind: TS.SyntaxKind): string {
  return ts.tokenToString(kind) ?? String(kind);
}
