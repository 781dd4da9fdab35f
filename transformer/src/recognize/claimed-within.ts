/*
 * What is claimed with a claim (claims.ts): who says that a list is one of orders says it of all that it holds.
 */
import { isPrimitive } from "../compiler/by-form.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { unwrap } from "../compiler/symbols.js";
import type { ReceiverType, Widening } from "../ir/facts.js";
import { containerOf, partsOf } from "./held-types.js";
import { closedParts, isOpenObject } from "./receiver-types.js";

/** Deeper than this, nothing is said. */
const DEEPEST = 3;

/** What the claim at `node`, that some value is of `target`, says of what the value holds. */
export function claimedWithin(view: ProgramView, node: TS.Node, target: TS.Type): readonly Widening[] {
  const { checker } = view;
  const isCast = ts.isAsExpression(node) || ts.isTypeAssertionExpression(node);
  const beneath = isCast ? unwrap(node.expression) : null;
  if (beneath !== null && isPlainData(view, beneath)) return [];
  const source = beneath === null ? null : checker.getTypeAtLocation(beneath);
  const found: Widening[] = [];
  const seen = new Set<TS.Type>();

  const hold = (own: TS.Type | null, type: TS.Type, depth: number): void => {
    if (own !== null && checker.isTypeAssignableTo(own, type)) return;
    const from: readonly ReceiverType[] | null = own === null ? null : partsOf(view, own);
    for (const to of closedParts(view, type)) found.push({ from, to, needsWrite: false });
    within(own, type, depth + 1);
  };
  const within = (own: TS.Type | null, type: TS.Type, depth: number): void => {
    if (isPrimitive(type) || depth > DEEPEST || seen.has(type)) return;
    seen.add(type);
    if (type.isUnion()) {
      for (const part of type.types) within(own, part, depth);
      return;
    }
    const container = containerOf(view, type);
    if (container !== null) {
      const held = own === null ? null : containerOf(view, own);
      container.elements.forEach((element, i) => {
        hold(held?.elements[i] ?? null, element, depth);
      });
    } else if (isOpenObject(view, type)) {
      for (const property of type.getProperties()) {
        const place = checker.getTypeOfSymbol(property);
        if (place.getCallSignatures().length > 0) continue;
        const given = own?.getProperty(property.name);
        hold(given === undefined ? null : checker.getTypeOfSymbol(given), place, depth);
      }
    }
  };
  within(source, target, 0);
  return found;
}

/** What is parsed from text has no methods. */
function isPlainData(view: ProgramView, node: TS.Expression): boolean {
  if (!ts.isCallExpression(node) || node.arguments.length !== 1) return false;
  const callee = view.symbolOf(node.expression)?.declarations?.[0];
  return callee !== undefined && /^(JSON\.parse|structuredClone)$/.test(qualifiedName(callee).name);
}
