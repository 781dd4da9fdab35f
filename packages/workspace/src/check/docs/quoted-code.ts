/**
 * Code that a page quotes from a file of this repository:
 *
 *     <!-- code: examples/order/src/order.ts#workflow -->
 *     ```ts
 *     …
 *     ```
 *
 * The block is the file, or its part between `// #region workflow` and `// #endregion`. `--fix` copies it again.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "../check.js";
import { pagesOf } from "./pages.js";

const quotation = /^(<!-- code: (\S+?)(?:#(\S+))? -->\n+```\w*\n)([\s\S]*?)(```)/gm;

export const quotedCode: Check = {
  name: "quoted code",
  findProblems: ({ root, may }) => Promise.resolve(findStaleQuotes(root, may.fix)),
};

/** Exported for its test. */
export function findStaleQuotes(root: string, fix: boolean): readonly string[] {
  const problems: string[] = [];
  for (const page of pagesOf(root)) {
    const text = readFileSync(join(root, page), "utf8");
    const markers = [...text.matchAll(/^<!-- code:/gm)].length;
    let quotes = 0;
    const now = text.replaceAll(
      quotation,
      (all, head: string, path: string, region: string | undefined, block: string) => {
        quotes += 1;
        const source = sourceOf(root, path, region);
        if (source === undefined) {
          problems.push(`${page}: there is no ${path}${region === undefined ? "" : `#${region}`}`);
          return all;
        }
        if (source !== block && !fix) problems.push(`${page}: the code of ${path} has changed (npm run fix)`);
        return `${head}${source}\`\`\``;
      },
    );
    if (quotes !== markers) problems.push(`${page}: a "<!-- code: … -->" has no code block below it`);
    if (fix && now !== text) writeFileSync(join(root, page), now);
  }
  return problems;
}

function sourceOf(root: string, path: string, region: string | undefined): string | undefined {
  if (!existsSync(join(root, path))) return undefined;
  const text = readFileSync(join(root, path), "utf8");
  if (region === undefined) return text;
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.trim() === `// #region ${region}`);
  const length = lines.slice(start + 1).findIndex((line) => line.trim().startsWith("// #endregion"));
  if (start === -1 || length === -1) return undefined;
  return dedented(lines.slice(start + 1, start + 1 + length));
}

function dedented(lines: readonly string[]): string {
  const indents = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  return lines.map((line) => `${line.slice(Math.min(...indents))}\n`).join("");
}
