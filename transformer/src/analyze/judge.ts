/*
 * Purpose: what an expression that means something outside the project does: pure, impure, or unknown.
 * Owns: the conditions of the table, trust, and at which expression a use is judged.
 * Does not own: what the table says of a declaration (verdicts.ts).
 *
 * Invariants
 *  1. References are judged, not calls: an alias, a callback or a property is caught where the impure thing is named.
 *  2. Values are judged where they enter (globals, imports); members of their instances only where the table names them, since
 *     no instance exists that some judged value did not make.
 *  3. What the table does not know is unknown.
 */
import { isDeclaredPrimitive, isFunctionByName, plainType } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { literalKey, outerParent, unwrap } from "../compiler/symbols.js";
import { isValueReference } from "../compiler/walk-values.js";
import { conditionHolds } from "./conditions.js";
import { isAddedToPlatform, isInstanceMember, isPackageMember } from "./declared-members.js";
import { knownApis, listedContainers } from "./known-apis.js";
import type { Condition, Family, Verdict } from "./known-apis.js";
import { exportedName } from "./shipped/import-path.js";
import { hiddenByCall, hiddenMember } from "./structural.js";
import type { Trust } from "./trust.js";
import { verdictOf } from "./verdicts.js";

/** Names of the global object besides `globalThis`. */
const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(["window", "self", "global", "top", "parent", "frames"]);

export type Judgement =
  | { readonly kind: "impure"; readonly family: Family; readonly node: TS.Node; readonly hint: string | null }
  | {
      readonly kind: "unknown";
      readonly node: TS.Node;
      readonly what: string;
      readonly package: string | null;
    };

/** Judges what `node` refers to; null where it refers to nothing foreign, to what is pure, or is judged as part of its parent. */
export function judge(view: ProgramView, node: TS.Node, trust: Trust): Judgement | null {
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
    return { kind: "impure", family: "environment", node: withMember(node), hint: null };
  }
  if (isImportCall(node))
    return { kind: "impure", family: "dynamicCode", node, hint: "Import the module at the top of the file." };
  if (ts.isCallExpression(node)) {
    const verdict = hiddenByCall(view, node)?.verdict;
    if (verdict === undefined || verdict.kind === "pure") return null;
    return { kind: "impure", family: verdict.family, node, hint: verdict.hint ?? null };
  }
  if (ts.isBindingElement(node)) {
    const hidden = hiddenMember(view, node);
    return hidden === null ? judgeBinding(view, node) : applyVerdict(view, node, hidden.verdict);
  }
  if (
    !ts.isPropertyAccessExpression(node) &&
    !ts.isElementAccessExpression(node) &&
    !(ts.isIdentifier(node) && isValueReference(node))
  ) {
    return null;
  }
  const hidden = hiddenMember(view, node);
  if (hidden !== null) return applyVerdict(view, node, hidden.verdict);
  const symbol = view.symbolOf(node);
  if (symbol === undefined) return null;
  if (symbol.name === "globalThis" && (symbol.declarations ?? []).length === 0)
    return judgeGlobalThis(view, node);
  const aliased = aliasOfContainer(view, node, symbol);
  if (aliased !== null) return aliased;
  // A property of a union is declared once for each of its types.
  for (const declaration of differentDeclarations(view, symbol)) {
    const judgement = judgeDeclared(view, node, symbol, declaration, trust);
    if (judgement !== null) return judgement;
  }
  return null;
}

function differentDeclarations(view: ProgramView, symbol: TS.Symbol): readonly TS.Declaration[] {
  const [first, ...others] = symbol.declarations ?? [];
  if (first === undefined) return [];
  if ((symbol.flags & ts.SymbolFlags.Transient) === 0) return [first];
  // `declare global { interface Error { … } }` says more of what is built in, and does not make it something else.
  const builtIn = [first, ...others].find(
    (declaration) => !isInstanceMember(declaration) && view.originOf(declaration).kind === "platform",
  );
  return builtIn === undefined ? [first, ...others] : [builtIn];
}

function judgeDeclared(
  view: ProgramView,
  node: TS.Node,
  symbol: TS.Symbol,
  declaration: TS.Declaration,
  trust: Trust,
): Judgement | null {
  const origin = view.originOf(declaration);
  if ((origin.kind === "project" || origin.kind === "ambient") && isAddedToPlatform(view, declaration))
    return { kind: "unknown", node, what: node.getText(), package: null };
  if (origin.kind === "project" || origin.kind === "continuum") return null;
  if (view.defaultExportBehind(node) !== null) return null;
  if (origin.kind === "platform")
    return judgeGlobalObject(view, node) ?? judgePlatform(view, node, declaration);
  // Members come with the value that has them, which was judged on its own; `import { chunk } from "lodash"` names one alone.
  if (isInstanceMember(declaration) && !ts.isIdentifier(node)) return null;
  if (isModuleObject(declaration) && qualifies(view, node)) return null;
  // `dayjs.utc` is one thing: what it is taken from does nothing by itself.
  if (isObjectOf(node) && isPackageMember(view, node.parent)) return null;
  const home = origin.kind === "package" ? origin.name : null;
  const isVouched =
    trust(home, symbol.name) || (home !== null && trust(home, exportedName(view, node, symbol)));
  return isVouched ? null : { kind: "unknown", node, what: node.getText(), package: home };
}

/** `window.setTimeout` is `setTimeout`. */
function judgeGlobalObject(view: ProgramView, node: TS.Node): Judgement | null {
  if (!ts.isPropertyAccessExpression(node) || !isGlobalObject(view, node.expression)) return null;
  const verdict = knownApis.get(node.name.text);
  if (
    verdict === undefined ||
    verdict.kind === "pure" ||
    (isObjectOf(node) && isJudgedMember(view, node.parent))
  )
    return null;
  return applyVerdict(view, node, verdict);
}

function isGlobalObject(view: ProgramView, node: TS.Expression): boolean {
  if (!ts.isIdentifier(node) || !GLOBAL_OBJECTS.has(node.text)) return false;
  const declaration = view.symbolOf(node)?.declarations?.[0];
  return declaration !== undefined && view.originOf(declaration).kind === "platform";
}

function judgePlatform(view: ProgramView, node: TS.Node, declaration: TS.Node): Judgement | null {
  if (isObjectOf(node) && isGlobalObject(view, node as TS.Expression) && isKnownGlobal(node.parent))
    return null;
  const verdict = verdictOf(declaration);
  if (qualifies(view, node) && !isHandedOn(view, node, verdict)) {
    // `Date.now`: the member decides, unless nothing is known of it.
    if (verdict !== null || memberIsJudged(view, node)) return null;
  }
  return verdict === null ? unknownMember(node, declaration) : applyVerdict(view, node, verdict);
}

/** Named for itself: what is impure, and `text.localeCompare` in `text.localeCompare.call(…)`. */
function isHandedOn(view: ProgramView, node: TS.Node, verdict: Verdict | null): boolean {
  if (verdict === null || verdict.kind !== "conditional") return verdict?.kind === "impure";
  const { parent } = outerParent(node);
  const member = view.symbolOf(parent)?.declarations?.[0];
  return (
    verdict.condition.startsWith("locale") &&
    member !== undefined &&
    /^(Callable)?Function\.(call|apply|bind)$/.test(qualifiedName(member).name)
  );
}

/** Members of instances come with the value that has them, but for those of types whose members the table lists. */
function unknownMember(node: TS.Node, declaration: TS.Node): Judgement | null {
  const { name, container } = qualifiedName(declaration);
  if (isInstanceMember(declaration) && (container === null || !listedContainers.has(container))) return null;
  return { kind: "unknown", node, what: name, package: null };
}

function isKnownGlobal(access: TS.Node): boolean {
  return ts.isPropertyAccessExpression(access) && knownApis.has(access.name.text);
}

function applyVerdict(view: ProgramView, node: TS.Node, verdict: Verdict): Judgement | null {
  if (verdict.kind === "pure") return null;
  if (verdict.kind === "impure") {
    // `process` in `process.env`: the member may have a word of its own; else people look for the whole expression.
    if (isObjectOf(node) && isJudgedMember(view, node.parent)) return null;
    if (bindsOnlyJudged(view, node) || isOfNewImpure(view, node)) return null;
    const isMade = verdict.family === "sharedMemory" && ts.isNewExpression(outerParent(node).parent);
    const at = isMade ? withCall(node) : withMember(node);
    return { kind: "impure", family: verdict.family, node: at, hint: verdict.hint ?? null };
  }
  const outcome = conditionHolds(view, verdict.condition, node);
  if (outcome === true) return null;
  const { family, hint } = outcome === false ? verdict : outcome;
  return {
    kind: "impure",
    family,
    node: verdict.condition === "date-constructor" ? withCall(node) : node,
    hint,
  };
}

/** `const { now } = Date`: each property that the pattern reads. */
function judgeBinding(view: ProgramView, node: TS.BindingElement): Judgement | null {
  if (!ts.isObjectBindingPattern(node.parent)) return null;
  const name = node.propertyName ?? node.name;
  const key =
    ts.isIdentifier(name) || ts.isStringLiteral(name)
      ? name.text
      : ts.isComputedPropertyName(name)
        ? literalKey(view.checker, name.expression)
        : null;
  if (key === null || node.dotDotDotToken !== undefined) return null;
  const symbol = view.checker.getPropertyOfType(view.checker.getTypeAtLocation(node.parent), key);
  const declaration = symbol?.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind !== "platform") return null;
  const verdict = verdictOf(declaration);
  if (verdict === null) return unknownMember(node, declaration);
  if (
    verdict.kind === "pure" ||
    (verdict.kind === "conditional" && bindsAlias(view, node, verdict.condition)) ||
    bindsOnlyImpure(view, node.name)
  )
    return null;
  return { kind: "impure", family: verdict.family, node: name, hint: verdict.hint ?? null };
}

/** `const { process: { env } } = globalThis`: the inner names are judged on their own. */
function bindsOnlyImpure(view: ProgramView, name: TS.BindingName): boolean {
  return (
    ts.isObjectBindingPattern(name) &&
    name.elements.length > 0 &&
    name.elements.every(
      (element) => judgeBinding(view, element)?.kind === "impure" || bindsOnlyImpure(view, element.name),
    )
  );
}

/** `const { Date: Calendar } = globalThis`: the uses of the alias are judged like the original's (conditions.ts). */
function bindsAlias(view: ProgramView, node: TS.BindingElement, condition: Condition): boolean {
  if (condition !== "date-constructor" && condition !== "members-only") return false;
  if (node.initializer !== undefined) return false;
  if (ts.isObjectBindingPattern(node.name)) return namesItsProperties(view, node.name);
  const declaration = ts.findAncestor(
    node,
    (at) => !ts.isBindingElement(at) && !ts.isObjectBindingPattern(at),
  );
  return (
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0
  );
}

function judgeGlobalThis(view: ProgramView, node: TS.Node): Judgement | null {
  if (qualifies(view, node)) {
    const { parent } = outerParent(node);
    if (ts.isVariableDeclaration(parent) && bindsOnlyPlatform(view, parent.name)) return null;
    const member = ts.isVariableDeclaration(parent) ? undefined : view.symbolOf(parent);
    if (member !== undefined && (member.name === "globalThis" || (member.declarations ?? []).length > 0))
      return null;
  }
  return { kind: "impure", family: "environment", node: withMember(node), hint: null };
}

/** `const { Date, Math } = globalThis`: names that are judged one by one (judgeBinding). */
function bindsOnlyPlatform(view: ProgramView, pattern: TS.BindingName): boolean {
  if (!ts.isObjectBindingPattern(pattern)) return false;
  const type = view.checker.getTypeAtLocation(pattern);
  return pattern.elements.every((element) => {
    const name = element.propertyName ?? element.name;
    const symbol = ts.isIdentifier(name) ? view.checker.getPropertyOfType(type, name.text) : undefined;
    const declaration = symbol?.declarations?.[0];
    return declaration !== undefined && view.originOf(declaration).kind === "platform";
  });
}

/** `const clock = Date; new clock()`: a name of the project whose type is a container with impure members. */
function aliasOfContainer(view: ProgramView, node: TS.Node, symbol: TS.Symbol): Judgement | null {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined || view.originOf(declaration).kind === "platform") return null;
  const named = node as TS.Expression;
  if (isFunctionByName(view, named) || isDeclaredPrimitive(view, named)) return null;
  const type = plainType(view, named).symbol as TS.Symbol | undefined;
  const condition: Condition | null =
    type?.name === "DateConstructor" ? "date-constructor" : type?.name === "Math" ? "members-only" : null;
  const owner = type?.declarations?.[0];
  if (
    condition === null ||
    owner === undefined ||
    view.originOf(owner).kind !== "platform" ||
    qualifies(view, node)
  )
    return null;
  const verdict = knownApis.get(condition === "date-constructor" ? "Date" : "Math");
  return verdict === undefined ? null : applyVerdict(view, node, verdict);
}

function memberIsJudged(view: ProgramView, node: TS.Node): boolean {
  const { parent } = outerParent(node);
  if (ts.isVariableDeclaration(parent)) return true;
  const declaration = view.symbolOf(parent)?.declarations?.[0];
  return (
    declaration !== undefined &&
    (verdictOf(declaration) !== null || view.originOf(declaration).kind !== "platform")
  );
}

/** Not `fetch.call`, `process.argv.length`: what every function, list and text has says nothing of this one. */
function isJudgedMember(view: ProgramView, access: TS.Node): boolean {
  const declaration = view.symbolOf(access)?.declarations?.[0];
  return (
    declaration !== undefined &&
    verdictOf(declaration) !== null &&
    !OF_ANY_VALUE.test(qualifiedName(declaration).container ?? "")
  );
}

/** Types whose members come with every value of them, wherever that is from. */
const OF_ANY_VALUE =
  /^((Callable|Newable)?Function|Object|String|Number|BigInt|Boolean|Symbol|Date|RegExp|Promise|(Readonly)?(Array|Map|Set)|\w+Array)$/;

/** Only a way to something else: the object of a property access, the source of a destructuring, the target of an alias. */
function qualifies(view: ProgramView, node: TS.Node): boolean {
  // Not over casts: `(Math as Lottery).random` hides which member is meant.
  let child = node;
  while (ts.isParenthesizedExpression(child.parent)) child = child.parent;
  const parent = child.parent;
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === child && view.symbolOf(parent) !== undefined;
  if (ts.isElementAccessExpression(parent))
    return parent.expression === child && view.symbolOf(parent) !== undefined;
  if (
    !ts.isVariableDeclaration(parent) ||
    parent.initializer !== child ||
    !ts.isObjectBindingPattern(parent.name)
  )
    return false;
  return namesItsProperties(view, parent.name);
}

function namesItsProperties(view: ProgramView, pattern: TS.ObjectBindingPattern): boolean {
  return pattern.elements.every((element) => {
    if (element.dotDotDotToken !== undefined) return false;
    const name = element.propertyName ?? element.name;
    return (
      ts.isIdentifier(name) ||
      (ts.isComputedPropertyName(name) && literalKey(view.checker, name.expression) !== null)
    );
  });
}

/** `const { env } = process`: the pattern's properties are judged one by one. */
function bindsOnlyJudged(view: ProgramView, node: TS.Node): boolean {
  const { parent } = outerParent(node);
  if (!ts.isVariableDeclaration(parent) || !ts.isObjectBindingPattern(parent.name) || !qualifies(view, node))
    return false;
  return bindsOnlyImpure(view, parent.name);
}

/** `.deref` in `new WeakRef(order).deref()`: the construction has been named. */
function isOfNewImpure(view: ProgramView, node: TS.Node): boolean {
  if (!ts.isPropertyAccessExpression(node)) return false;
  const made = unwrap(node.expression);
  const declaration = ts.isNewExpression(made)
    ? view.symbolOf(made.expression)?.declarations?.[0]
    : undefined;
  return (
    declaration !== undefined &&
    view.originOf(declaration).kind === "platform" &&
    verdictOf(declaration)?.kind === "impure"
  );
}

function isObjectOf(node: TS.Node): boolean {
  return (
    (ts.isPropertyAccessExpression(node.parent) || ts.isElementAccessExpression(node.parent)) &&
    node.parent.expression === node
  );
}

function withMember(node: TS.Node): TS.Node {
  return isObjectOf(node) ? node.parent : node;
}

/** `new Date()`, `Date()`: the construction is what is wrong, not the name. */
function withCall(node: TS.Node): TS.Node {
  const { parent, child } = outerParent(node);
  return (ts.isNewExpression(parent) || ts.isCallExpression(parent)) && parent.expression === child
    ? parent
    : node;
}

function isImportCall(node: TS.Node): boolean {
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function isModuleObject(declaration: TS.Node): boolean {
  return ts.isSourceFile(declaration) || ts.isModuleDeclaration(declaration);
}
