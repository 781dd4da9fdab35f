import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import type { Check } from "../check.js";

const pages = "docs/errors";
/** A code stands in a string; a comment may name a whole range of them. */
const code = /["'`](CTM\d{4})\b/g;

/** Every code that a user can meet has a page, and no page explains a code that nobody can meet. */
export const errorPages: Check = {
  name: "error pages",
  findProblems: ({ root }) => Promise.resolve(findUnexplained(root)),
};

/** Exported for its test. */
export function findUnexplained(root: string): readonly string[] {
  const places = new Map<string, string>();
  const sources = globSync(["{runtime,transformer}/src/**/*.ts", "packages/!(workspace)/src/**/*.ts"], {
    cwd: root,
    ignore: ["**/*.test.ts", "**/*.conformance.ts", "**/fixtures/**", "**/node_modules/**"],
  });
  for (const source of sources.sort()) {
    for (const [, found] of readFileSync(join(root, source), "utf8").matchAll(code)) {
      if (found !== undefined && !places.has(found)) places.set(found, source);
    }
  }
  const explained = existsSync(join(root, pages))
    ? readdirSync(join(root, pages)).filter((name) => /^CTM\d{4}\.md$/.test(name))
    : [];
  return [
    ...[...places]
      .filter(([found]) => !explained.includes(`${found}.md`))
      .map(([found, place]) => `${pages}/${found}.md is missing: ${place} uses the code`),
    ...explained
      .filter((name) => !places.has(name.slice(0, 7)))
      .map((name) => `${pages}/${name} explains a code that no source uses`),
    ...explained.flatMap((name) => malformed(join(root, pages, name), name)),
  ].sort();
}

function malformed(path: string, name: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  const problems = [];
  if (!text.startsWith(`# ${name.slice(0, 7)}`))
    problems.push(`${pages}/${name} must begin with "# ${name.slice(0, 7)}"`);
  if (!text.includes("```")) problems.push(`${pages}/${name} shows no code: the fix needs an example`);
  return problems;
}
