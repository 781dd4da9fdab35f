/*
 * A random program as a tree of text, so that it can be shrunk by its structure: what may be left out, and what may stand in
 * the place of what, is known without parsing.
 */

/**
 * What a tree may be replaced by: one of the same sort. `statements` and `items` are lists, any member of which may go. A `part`
 * is needed where it stands.
 */
export type Sort = "number" | "promise" | "statement" | "statements" | "items" | "item" | "part";

export interface Tree {
  readonly sort: Sort;
  readonly parts: readonly (string | Tree)[];
}

type Template = (strings: TemplateStringsArray, ...holes: readonly (string | number | Tree)[]) => Tree;

const SEPARATORS: Partial<Readonly<Record<Sort, string>>> = { statements: "\n", items: ", " };

export function textOf(tree: Tree): string {
  return tree.parts
    .map((part) => (typeof part === "string" ? part : textOf(part)))
    .join(SEPARATORS[tree.sort] ?? "");
}

export const number: Template = (strings, ...holes) => treeOf("number", strings, holes);
export const promise: Template = (strings, ...holes) => treeOf("promise", strings, holes);
export const statement: Template = (strings, ...holes) => treeOf("statement", strings, holes);
export const item: Template = (strings, ...holes) => treeOf("item", strings, holes);
export const part: Template = (strings, ...holes) => treeOf("part", strings, holes);

export function statements(list: readonly Tree[]): Tree {
  return { sort: "statements", parts: list };
}

export function items(list: readonly Tree[]): Tree {
  return { sort: "items", parts: list };
}

function treeOf(sort: Sort, strings: TemplateStringsArray, holes: readonly (string | number | Tree)[]): Tree {
  const parts: (string | Tree)[] = [];
  strings.forEach((text, i) => {
    if (text !== "") parts.push(text);
    const hole = holes[i];
    if (hole !== undefined) parts.push(typeof hole === "number" ? String(hole) : hole);
  });
  return { sort, parts };
}
