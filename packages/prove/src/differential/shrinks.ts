/*
 * What is a little less than a tree: everything that is one step smaller, the biggest steps first.
 */
import { number, part, promise } from "./tree.js";
import type { Tree } from "./tree.js";

const LEAVES: Partial<Readonly<Record<Tree["sort"], Tree>>> = {
  number: number`1`,
  promise: promise`watched(activity(step(1)))`,
};

/** Each differs from `tree` in one place. */
export function shrinksOf(tree: Tree): readonly Tree[] {
  const found = smaller(tree).map((smallerTree) => ({ tree: smallerTree, size: sizeOf(smallerTree) }));
  return found.sort((a, b) => a.size - b.size).map((each) => each.tree);
}

export function sizeOf(tree: Tree): number {
  return tree.parts.reduce<number>((sum, each) => sum + (typeof each === "string" ? 0 : sizeOf(each)), 1);
}

function smaller(tree: Tree): Tree[] {
  const found: Tree[] = [];
  const isList = tree.sort === "statements" || tree.sort === "items";
  if (isList) {
    const half = Math.ceil(tree.parts.length / 2);
    const only = (keep: (i: number) => boolean): Tree => ({
      ...tree,
      parts: tree.parts.filter((each, i) => keep(i) || isNeeded(each)),
    });
    if (tree.parts.length > 2)
      found.push(
        only((i) => i < half),
        only((i) => i >= half),
      );
    tree.parts.forEach((each, i) => isNeeded(each) || found.push(only((other) => other !== i)));
  }
  found.push(...replacementsOf(tree));
  tree.parts.forEach((each, i) => {
    if (typeof each === "string") return;
    for (const less of smaller(each)) found.push({ ...tree, parts: tree.parts.with(i, less) });
  });
  return found;
}

/** What may stand in the place of `tree`: a leaf, or something that is inside of it. */
function replacementsOf(tree: Tree): readonly Tree[] {
  const leaf = LEAVES[tree.sort];
  const within = [...descendants(tree)];
  switch (tree.sort) {
    case "number":
    case "promise": {
      const same = within.filter(({ sort }) => sort === tree.sort);
      return sizeOf(tree) > 1 || !isLeaf(tree, leaf!) ? [leaf!, ...same] : [];
    }
    case "statement": {
      const blocks = within.filter(({ sort, parts }) => sort === "statements" && parts.length > 0);
      return blocks.map((block) => ({ sort: "statement", parts: [part`{\n${block}\n}`] }));
    }
    case "statements":
    case "items":
    case "item":
    case "part":
      return [];
  }
}

function isNeeded(each: string | Tree): boolean {
  return typeof each === "string" || each.sort === "part";
}

function isLeaf(tree: Tree, leaf: Tree): boolean {
  return tree.parts.length === leaf.parts.length && tree.parts.every((each, i) => each === leaf.parts[i]);
}

function* descendants(tree: Tree): Generator<Tree> {
  for (const each of tree.parts) {
    if (typeof each === "string") continue;
    yield each;
    yield* descendants(each);
  }
}
