import { CHANGING_KINDS, changedBy } from "../../compiler/changes.js";
import { outerParent, unwrap } from "../../compiler/symbols.js";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { isValueReference } from "../../compiler/walk-values.js";
import type { Rule } from "../rule.js";

/** Module-level state that changes after its module has loaded: each worker has its own, and no history knows of it. */
export const sharedState: Rule = {
  code: "CTM2008",
  looksAt: [...CHANGING_KINDS, "Identifier", "PropertyAccessExpression"],
  check(node, { view, mutations, report }) {
    for (const target of changedBy(view, node)) {
      const builtIn = builtInRoot(view, target);
      if (builtIn === null) continue;
      report(
        node,
        `This changes \`${builtIn.getText()}\`, which all code in this process shares.`,
        "Write a function of your own, and leave what is built in as it is.",
      );
    }
    const declaration = moduleState(view, node);
    if (declaration === null || (ts.isFunctionDeclaration(declaration) && isCalled(node))) return;
    const changes = mutations.later(declaration);
    const first = changes[0];
    if (first === undefined) return;
    const name = node.getText();
    const isWithin = (change: TS.Node): boolean => change.pos <= node.pos && node.end <= change.end;
    const own = changes.find(isWithin);
    // `next.count = 0` while the module loads is what is changed later, not a use of it.
    if (own === undefined && mutations.atLoad(declaration).some(isWithin)) return;
    report(
      own ?? node,
      own === undefined
        ? `\`${name}\` is changed while the program runs, so what is read here differs between workers and replays.`
        : `This changes \`${name}\`, which all runs in this process share: a replay would change it again.`,
      "Keep the state in a variable inside the workflow, or pass it in with the input; an activity(…) may keep state elsewhere.",
      own === undefined ? { text: `\`${name}\` is changed here`, node: first } : undefined,
    );
  },
};

/** A call runs the function, whose own uses of its properties are looked at there. */
function isCalled(node: TS.Node): boolean {
  const { parent, child } = outerParent(node);
  return ts.isCallExpression(parent) && parent.expression === child;
}

/** The global or import that a changed expression hangs on, where it is not the project's. */
export function builtInRoot(view: ProgramView, target: TS.Expression): TS.Expression | null {
  let at = unwrap(target);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = unwrap(at.expression);
  const declaration = ts.isIdentifier(at) ? view.symbolOf(at)?.declarations?.[0] : undefined;
  return declaration !== undefined && view.originOf(declaration).kind !== "project" ? at : null;
}

/** The module-level variable or class that a reference means. */
function moduleState(view: ProgramView, node: TS.Node): TS.Node | null {
  if (!(ts.isIdentifier(node) && isValueReference(node)) && !ts.isPropertyAccessExpression(node)) return null;
  const declaration = view.symbolOf(node)?.valueDeclaration;
  if (
    declaration === undefined ||
    !(
      ts.isVariableDeclaration(declaration) ||
      ts.isBindingElement(declaration) ||
      ts.isClassDeclaration(declaration) ||
      ts.isEnumDeclaration(declaration) ||
      ts.isFunctionDeclaration(declaration) ||
      ts.isExportAssignment(declaration)
    )
  )
    return null;
  return declaration;
}
