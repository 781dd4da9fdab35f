/*
 * Which declaration of one list is which of another: the workflow comes to both on the same way, and they have one name or one form.
 * A name alone would take a helper that was renamed for another one, and whoever calls it for changed.
 */
import type { ListedDeclaration } from "../formats/version-list.js";

/** A declaration of a list that says how its declarations refer to one another. */
export interface ConnectedDeclaration extends ListedDeclaration {
  readonly form: string;
  readonly references: readonly number[];
}

/** Were both lists written by a program that says so much? */
export function areConnected(list: readonly ListedDeclaration[]): list is readonly ConnectedDeclaration[] {
  return list.every(({ form, references }) => form !== undefined && references !== undefined);
}

/** By the place of the declaration in `after`: its place in `before`. What has no pair is new, or gone. */
export function pairDeclarations(
  before: readonly ConnectedDeclaration[],
  after: readonly ConnectedDeclaration[],
): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  const pair = (now: number | undefined, old: number | undefined): boolean => {
    if (now === undefined || old === undefined || pairs.has(now) || taken.has(old)) return false;
    pairs.set(now, old);
    taken.add(old);
    queue.push(now);
    return true;
  };
  const isLike = (now: number, old: number, like: Likeness): boolean => like(after[now]!, before[old]!);
  const queue: number[] = [];
  pair(0, 0);
  for (const now of queue) {
    const is = after[now]!;
    const was = before[pairs.get(now)!]!;
    const others = (like: Likeness): void => {
      for (const to of is.references)
        if (!pairs.has(to))
          pair(
            to,
            was.references.find((old) => !taken.has(old) && isLike(to, old, like)),
          );
    };
    others(haveOnePlace);
    others(haveOneName);
    if (is.form === was.form)
      is.references.forEach((to, at) => {
        const old = was.references[at];
        if (old !== undefined && isLike(to, old, haveOneForm)) pair(to, old);
      });
    else others(haveOneForm);
  }
  for (const like of [haveOnePlace, haveOneName, haveOneForm])
    for (const now of after.keys())
      if (!pairs.has(now))
        pair(
          now,
          Array.from(before.keys()).find((old) => !taken.has(old) && isLike(now, old, like)),
        );
  return pairs;
}

type Likeness = (a: ConnectedDeclaration, b: ConnectedDeclaration) => boolean;

const haveOneName: Likeness = (a, b) => a.name === b.name;
const haveOnePlace: Likeness = (a, b) => a.name === b.name && a.file === b.file;
const haveOneForm: Likeness = (a, b) => a.form === b.form;
