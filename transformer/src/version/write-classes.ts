import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Reach, Writing } from "./writing.js";

/** Members that the language and its library call on their own. */
const CALLED_IMPLICITLY: ReadonlySet<string> = new Set([
  ...["constructor", "toString", "toLocaleString", "valueOf", "toJSON"],
  ...["then", "catch", "finally", "next", "return", "throw"],
  ...["name", "message", "stack", "cause", "length", "size", "has", "keys", "get", "set", "value", "done"],
]);

/** Writes a class with the members that can be reached; `name` is durable, since errors are known by it. */
export function writeClass(w: Writing, node: TS.ClassLikeDeclaration, name: string | null): void {
  w.form("class", () => {
    w.modifiers(node);
    if (name !== null) w.text(name);
    if (ts.isClassExpression(node) && node.name !== undefined) w.form("self", () => w.local(node));
    const parent = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
      ?.types[0];
    w.optional(parent?.expression, w.expression);
    for (const member of node.members) if (canBeReached(w.reach, member)) writeMember(w, member);
  });
}

function writeMember(w: Writing, member: TS.ClassElement): void {
  if (ts.isMethodDeclaration(member) || ts.isAccessor(member) || ts.isConstructorDeclaration(member)) {
    if (member.body !== undefined) w.functionLike(member);
  } else if (ts.isPropertyDeclaration(member)) {
    if (
      hasModifier(member, ts.SyntaxKind.DeclareKeyword) ||
      hasModifier(member, ts.SyntaxKind.AbstractKeyword)
    )
      return;
    const isDefined = definesFields(w.view.program.getCompilerOptions()) || isAccessor(member);
    if (!isDefined && leavesNoTrace(member)) return;
    w.form(isDefined ? "field" : "assigned-field", () => {
      w.modifiers(member);
      w.propertyName(member.name);
      w.inFunction(() => w.optional(member.initializer, w.expression));
    });
  } else if (ts.isClassStaticBlockDeclaration(member)) {
    w.form("static", () => w.inFunction(() => w.statements(member.body.statements)));
  }
}

/** Fields and static blocks run with their class; methods and accessors count only where something can reach their name. */
function canBeReached(reach: Reach, member: TS.ClassElement): boolean {
  if (
    reach.everything ||
    reach.recognised.has(member) ||
    !(ts.isMethodDeclaration(member) || ts.isAccessor(member))
  )
    return true;
  const { name } = member;
  if (!(ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name))) return true;
  return reach.names.has(name.text) || CALLED_IMPLICITLY.has(name.text);
}

/** Writes the object that an enum is. Uses of members with a known value do not come here: they are that value. */
export function writeEnum(w: Writing, node: TS.EnumDeclaration): void {
  w.form("enum", () => {
    for (const member of node.members) {
      w.form("member", () => {
        w.propertyName(member.name);
        const value = w.view.checker.getConstantValue(member);
        if (typeof value === "string") w.text(value);
        else if (value !== undefined) w.word(String(value));
        else w.optional(member.initializer, w.expression);
      });
    }
  });
}

/** The members of a constant object that is only ever used as `object.member` count like those of a class. */
export function reachedProperties(
  reach: Reach,
  object: TS.ObjectLiteralExpression,
): readonly TS.ObjectLiteralElementLike[] {
  if (reach.everything) return object.properties;
  return object.properties.filter(({ name }) => {
    if (name === undefined || !(ts.isIdentifier(name) || ts.isStringLiteral(name))) return true;
    // What the prototype has is read by its own names.
    return reach.names.has(name.text) || CALLED_IMPLICITLY.has(name.text) || name.text === "__proto__";
  });
}

function hasModifier(node: TS.HasModifiers, kind: TS.SyntaxKind): boolean {
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false;
}

/** As the language says, or as TypeScript had it before: then a field is an assignment, which setters of a parent see. */
function definesFields({
  useDefineForClassFields,
  target = ts.ScriptTarget.ES2025,
}: TS.CompilerOptions): boolean {
  return useDefineForClassFields ?? target >= ts.ScriptTarget.ES2022;
}

function isAccessor(member: TS.PropertyDeclaration): boolean {
  return hasModifier(member, ts.SyntaxKind.AccessorKeyword);
}

/** Nothing is assigned, so nothing is there. A private name is always declared. */
function leavesNoTrace(member: TS.PropertyDeclaration): boolean {
  return (
    member.initializer === undefined &&
    ts.getDecorators(member) === undefined &&
    !ts.isComputedPropertyName(member.name) &&
    !ts.isPrivateIdentifier(member.name)
  );
}
