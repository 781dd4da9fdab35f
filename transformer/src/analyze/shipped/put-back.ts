/*
 * A change for the time of a call: the function that makes it takes it back.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { assignedBy, bare, ownNodes } from "./shipped-module.js";

export interface PutBack {
  readonly target: TS.Expression;
  readonly fn: TS.FunctionLikeDeclaration;
  /** The text of the value that it has between calls, where that is known. */
  readonly rest: string | null;
}

/** Every change of the same thing in the function, in the order of the text. */
function changesLike(change: PutBack): readonly TS.Node[] {
  const text = textOf(change.target);
  const found: TS.Node[] = [];
  ownNodes(change.fn, (node) => {
    for (const target of assignedBy(node)) if (textOf(target) === text) found.push(node);
  });
  return found;
}

/** A flag or a setting for the time of the call: its last assignment gives it the value that it had. */
export function isPutBack(change: PutBack): boolean {
  const changes = changesLike(change);
  if (isBalanced(changes)) return true;
  const last = changes.at(-1);
  if (
    last === undefined ||
    !ts.isBinaryExpression(last) ||
    last.operatorToken.kind !== ts.SyntaxKind.EqualsToken
  )
    return false;
  const value = bare(last.right);
  if (isSavedIn(change, value)) return true;
  return change.rest !== null && value.getText() === change.rest;
}

/** `Big.DP += 4 … Big.DP -= 4`, `depth++ … depth--` */
function isBalanced(changes: readonly TS.Node[]): boolean {
  const steps = changes.map((node) => {
    if (ts.isBinaryExpression(node)) return `${node.operatorToken.getText()}${node.right.getText()}`;
    const isUnary = ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node);
    return isUnary ? (node.operator === ts.SyntaxKind.PlusPlusToken ? "+=1" : "-=1") : "?";
  });
  const inverse = (step: string): string => step.replace(/^[+-]/, (sign) => (sign === "+" ? "-" : "+"));
  const [first, second] = steps;
  return steps.length === 2 && /^[+-]=/.test(first ?? "") && second === inverse(first ?? "");
}

/** `saved = target` somewhere before. */
function isSavedIn(change: PutBack, value: TS.Expression): boolean {
  if (!ts.isIdentifier(value)) return false;
  const text = textOf(change.target);
  let isSaved = false;
  ownNodes(change.fn, (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === value.text)
      isSaved ||= node.initializer !== undefined && textOf(bare(node.initializer)) === text;
    if (ts.isBinaryExpression(node) && node.left.getText() === value.text)
      isSaved ||= textOf(bare(node.right)) === text;
  });
  return isSaved;
}

function textOf(node: TS.Node): string {
  return node.getText().replace(/\s+/g, " ");
}
