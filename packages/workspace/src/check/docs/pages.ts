import { globSync } from "tinyglobby";

/** Every page of documentation, from the root of the repository. */
export function pagesOf(root: string): readonly string[] {
  return globSync(["*.md", "docs/**/*.md", "{runtime,transformer}/*.md", "{packages,examples}/*/*.md"], {
    cwd: root,
    ignore: ["**/node_modules/**"],
  }).sort();
}
