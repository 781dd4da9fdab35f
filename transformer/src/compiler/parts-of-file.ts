/*
 * What of a file can have members, and its calls: found by one walk for all who look for some of them. Files don't change.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";
import { isInert } from "./walk-values.js";

/** What has members by name. */
export type Holder = TS.ClassLikeDeclaration | TS.ObjectLiteralExpression;

export interface PartsOfFile {
  /** In source order, as the calls are. */
  readonly holders: readonly Holder[];
  readonly calls: readonly TS.CallExpression[];
}

const known = new WeakMap<TS.SourceFile, PartsOfFile>();

export function partsOfFile(file: TS.SourceFile): PartsOfFile {
  let parts = known.get(file);
  if (parts === undefined) known.set(file, (parts = findParts(file)));
  return parts;
}

export function membersOf(holder: Holder): readonly (TS.ClassElement | TS.ObjectLiteralElementLike)[] {
  return ts.isClassLike(holder) ? holder.members : holder.properties;
}

function findParts(file: TS.SourceFile): PartsOfFile {
  const holders: Holder[] = [];
  const calls: TS.CallExpression[] = [];
  const visit = (node: TS.Node): void => {
    if (isInert(node)) return;
    if (ts.isCallExpression(node)) calls.push(node);
    else if (ts.isClassLike(node) || ts.isObjectLiteralExpression(node)) holders.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { holders, calls };
}
