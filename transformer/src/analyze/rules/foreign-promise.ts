import { isThenable } from "../../compiler/functions.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { qualifiedName } from "../../compiler/qualified-name.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { outerParent } from "../../compiler/symbols.js";
import { isValueReference } from "../../compiler/walk-values.js";
import { verdictOf } from "../verdicts.js";
import type { Rule } from "../rule.js";

/** A promise that a package makes settles when the world likes; no replay can repeat that. Trust does not change it. */
export const foreignPromise: Rule = {
  code: "CTM2012",
  looksAt: ["CallExpression", "PropertyAccessExpression", "Identifier"],
  check(node, { view, report }) {
    const maker = ts.isCallExpression(node)
      ? returnsForeignPromise(view, node)
        ? node.expression
        : null
      : handedOn(view, node);
    if (maker === null) return;
    report(
      maker,
      `\`${maker.getText()}\` gives a promise that is not made by workflow code: when it settles is not in the history.`,
      isNameable(view, maker)
        ? `Write activity(${maker.getText()}(…)): its result is stored, and a replay reads it.`
        : "Move it into a function of its own and call that with activity(…): its result is stored, and a replay reads it.",
    );
  },
};

/** Can an activity be called by what is written here? Not by `(await fetch(url)).text`, nor by the method of a local value. */
function isNameable(view: ProgramView, maker: TS.Expression): boolean {
  let at = maker;
  while (ts.isPropertyAccessExpression(at)) at = at.expression;
  const declaration = ts.isIdentifier(at) ? view.symbolOf(at)?.declarations?.[0] : undefined;
  return declaration !== undefined && ts.findAncestor(declaration.parent, ts.isFunctionLike) === undefined;
}

/** `parts.map(crypto.subtle.digest)`: whoever calls it does so by another type, which does not tell where it came from. */
function handedOn(view: ProgramView, node: TS.Node): TS.Expression | null {
  if (!ts.isPropertyAccessExpression(node) && !(ts.isIdentifier(node) && isValueReference(node))) return null;
  const own = view.symbolOf(node)?.declarations?.[0];
  if (own === undefined || view.originOf(own).kind === "project" || !isHandedOn(view, node, own)) return null;
  const signatures = view.checker.getTypeAtLocation(node).getCallSignatures();
  const isMaker = (signature: TS.Signature): boolean => {
    const declaration = signature.getDeclaration() as TS.SignatureDeclaration | undefined;
    return declaration !== undefined && givesForeignPromise(view, signature, declaration);
  };
  return signatures.length > 0 && signatures.every(isMaker) ? node : null;
}

function isHandedOn(view: ProgramView, node: TS.Expression, own: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  if (ts.isCallExpression(parent) && parent.expression === child) return false;
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === child && /^(bind|call|apply)$/.test(parent.name.text);
  const place = view.checker.getContextualType(node);
  return place !== undefined && !place.getCallSignatures().some((each) => each.getDeclaration() === own);
}

/** A call of a function of a package, of a `declare`d one, or of the platform's own async ones, whose result is a promise. */
export function returnsForeignPromise(view: ProgramView, call: TS.CallExpression): boolean {
  const signature = view.checker.getResolvedSignature(call);
  const declaration = signature?.getDeclaration();
  if (signature === undefined || declaration === undefined) return false;
  return givesForeignPromise(view, signature, declaration);
}

function givesForeignPromise(
  view: ProgramView,
  signature: TS.Signature,
  declaration: TS.SignatureDeclaration | TS.JSDocSignature,
): boolean {
  const origin = view.originOf(declaration).kind;
  if (origin === "platform") return makesNativePromise(declaration);
  return (
    (origin === "package" || origin === "ambient") && isThenable(view.checker, signature.getReturnType())
  );
}

/**
 * `assert.rejects(…)`, `stack.disposeAsync()`: declared to return a promise. The methods of promises give durable ones in
 * workflow code, and what is judged impure has a message of its own.
 */
function makesNativePromise(declaration: TS.SignatureDeclaration | TS.JSDocSignature): boolean {
  const type = declaration.type;
  if (type === undefined || !ts.isTypeReferenceNode(type) || type.typeName.getText() !== "Promise")
    return false;
  if (/^Promise(Constructor|Like)?$/.test(qualifiedName(declaration).container ?? "")) return false;
  const verdict = verdictOf(declaration);
  return verdict === null || verdict.kind === "pure";
}
