/*
 * Keys that are computed, and yet always one of a few texts: what loops over lists of names make of them.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { bare, isFunctionLiteral, isReassigned } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";

const MOST = 64;

/** All texts that a key can be; null where that can't be told. */
export function textsOf(module: ShippedModule, key: TS.Expression, depth = 0): readonly string[] | null {
  const at = bare(key);
  if (depth > 4) return null;
  const deeper = (node: TS.Expression): readonly string[] | null => textsOf(module, node, depth + 1);
  if (ts.isStringLiteralLike(at)) return [at.text];
  if (ts.isConditionalExpression(at)) return either(deeper(at.whenTrue), deeper(at.whenFalse));
  if (ts.isTemplateExpression(at)) {
    let texts: readonly string[] | null = [at.head.text];
    for (const { expression, literal } of at.templateSpans)
      texts = joined(joined(texts, deeper(expression)), [literal.text]);
    return texts;
  }
  if (ts.isBinaryExpression(at))
    return at.operatorToken.kind === ts.SyntaxKind.PlusToken
      ? joined(deeper(at.left), deeper(at.right))
      : null;
  if (!ts.isIdentifier(at)) return null;
  const binding = module.lexical.resolve(at);
  const [declaration, second] = binding?.declarations ?? [];
  if (binding === null || declaration === undefined || second !== undefined) return null;
  if (isReassigned(module, binding)) return null;
  if (ts.isParameter(declaration)) return given(module, declaration);
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const loop = declaration.parent.parent;
  if (ts.isForOfStatement(loop)) return listed(module, loop.expression);
  const isConstant = (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
  return isConstant && declaration.initializer !== undefined ? deeper(declaration.initializer) : null;
}

/** `name` in `["a", "b"].forEach((name) => …)` */
function given(module: ShippedModule, parameter: TS.ParameterDeclaration): readonly string[] | null {
  const fn = parameter.parent;
  if (!isFunctionLiteral(fn) || fn.parameters[0] !== parameter) return null;
  if (parameter.initializer !== undefined || parameter.dotDotDotToken !== undefined) return null;
  const call = fn.parent;
  if (!ts.isCallExpression(call) || call.arguments[0] !== fn) return null;
  const callee = bare(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return null;
  return /^(forEach|map)$/.test(callee.name.text) ? listed(module, callee.expression) : null;
}

/** The elements of a list of texts that is written out, in place or as a constant that nothing changes. */
function listed(module: ShippedModule, node: TS.Expression): readonly string[] | null {
  let list = bare(node);
  if (ts.isIdentifier(list)) {
    const binding = module.lexical.resolve(list);
    const [declaration, second] = binding?.declarations ?? [];
    if (binding === null || declaration === undefined || second !== undefined) return null;
    if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
    // Whoever is handed the list could change it, too.
    if (module.changesOf(binding).length > 0 || !isOnlyLooped(module, binding.name)) return null;
    list = bare(declaration.initializer);
  }
  if (!ts.isArrayLiteralExpression(list)) return null;
  const texts = list.elements.map((element) => (ts.isStringLiteralLike(element) ? element.text : null));
  return texts.every((text) => text !== null) ? texts : null;
}

/** Does the name stand for nothing in the file but what is looped over? */
function isOnlyLooped(module: ShippedModule, name: string): boolean {
  let isOnly = true;
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node) && node.text === name) {
      const { parent } = node;
      const isLoop = ts.isForOfStatement(parent) && parent.expression === node;
      const isMethod =
        ts.isPropertyAccessExpression(parent) && /^(forEach|map|includes|indexOf)$/.test(parent.name.text);
      isOnly &&= isLoop || isMethod || (ts.isVariableDeclaration(parent) && parent.name === node);
    }
    ts.forEachChild(node, visit);
  };
  visit(module.file);
  return isOnly;
}

function joined(left: readonly string[] | null, right: readonly string[] | null): readonly string[] | null {
  if (left === null || right === null || left.length * right.length > MOST) return null;
  return left.flatMap((a) => right.map((b) => a + b));
}

function either(left: readonly string[] | null, right: readonly string[] | null): readonly string[] | null {
  return left === null || right === null ? null : [...left, ...right];
}
