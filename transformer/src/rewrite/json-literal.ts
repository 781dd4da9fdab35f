import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

/** Emits plain JSON data as an expression. Members that are `undefined` are left out, as JSON does. */
export function jsonLiteral(factory: TS.NodeFactory, value: unknown): TS.Expression {
  if (value === null) return factory.createNull();
  if (typeof value === "string") return factory.createStringLiteral(value);
  if (typeof value === "boolean") return value ? factory.createTrue() : factory.createFalse();
  if (typeof value === "number" && Number.isFinite(value)) {
    const magnitude = factory.createNumericLiteral(Math.abs(value));
    return value < 0 ? factory.createPrefixUnaryExpression(ts.SyntaxKind.MinusToken, magnitude) : magnitude;
  }
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => jsonLiteral(factory, item));
    return factory.createArrayLiteralExpression(items, value.some(isObject));
  }
  if (isObject(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return factory.createObjectLiteralExpression(
      members.map(([key, member]) =>
        factory.createPropertyAssignment(memberName(factory, key), jsonLiteral(factory, member)),
      ),
      members.some(([, member]) => isObject(member)),
    );
  }
  throw new Error(`CTM9003: a manifest holds a ${typeof value}, which JSON has no text for`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function memberName(factory: TS.NodeFactory, key: string): TS.PropertyName {
  // `{ "__proto__": x }` sets the prototype; only a computed name defines the member.
  if (key === "__proto__") return factory.createComputedPropertyName(factory.createStringLiteral(key));
  return /^[A-Za-z_$][\w$]*$/.test(key) ? factory.createIdentifier(key) : factory.createStringLiteral(key);
}
