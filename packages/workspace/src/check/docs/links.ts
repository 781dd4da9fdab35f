import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Check } from "../check.js";
import { pagesOf } from "./pages.js";

const link = /\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)\s]*)?\)/g;
const block = /^```[\s\S]*?^```/gm;

/** A link from page to page leads somewhere. */
export const links: Check = {
  name: "links",
  findProblems: ({ root }) => Promise.resolve(findBrokenLinks(root)),
};

/** Exported for its test. */
export function findBrokenLinks(root: string): readonly string[] {
  return pagesOf(root).flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8").replaceAll(block, "");
    return [...text.matchAll(link)]
      .map(([, target]) => target ?? "")
      .filter((target) => !existsSync(join(root, dirname(page), decodeURI(target))))
      .map((target) => `${page}: a link to ${target}, which is not there`);
  });
}
