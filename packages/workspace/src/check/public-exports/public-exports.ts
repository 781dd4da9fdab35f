import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "../check.js";
import { packagesOf } from "../packages.js";
import { describeExports } from "./describe-exports.js";

const folder = "packages/workspace/public-exports";
const howToUpdate = "If this is meant: npm run check -- --update-exports, and commit the change.";

/** A change of what users may import is never an accident: it shows in a file which a person has to update. */
export const publicExports: Check = {
  name: "public exports",
  findProblems: async ({ root, may }) => {
    const entries = packagesOf(root)
      .filter((each) => !each.isPrivate)
      .flatMap((each) => each.entryPoints)
      .filter((entry) => !entry.specifier.includes("/unstable-")); // which promise nothing, by their name
    const missing = entries.filter((entry) => !existsSync(join(root, entry.source)));
    if (missing.length > 0) {
      return missing.map(
        (entry) => `${entry.specifier} is exported from ${entry.source}, which is not there`,
      );
    }
    const found = describeExports(
      root,
      entries.map((entry) => entry.source),
    );
    const wanted = new Map(
      entries.map((entry) => [fileName(entry.specifier), found.get(entry.source) ?? ""]),
    );
    if (may.updateExports) {
      rmSync(join(root, folder), { recursive: true, force: true });
      mkdirSync(join(root, folder));
      for (const [name, text] of wanted) writeFileSync(join(root, folder, name), text);
    }
    const recorded = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
    const problems = [
      ...recorded
        .filter((name) => !wanted.has(name))
        .map((name) => `${folder}/${name}: no such entry point any more`),
      ...[...wanted].flatMap(([name, text]) => {
        const old = recorded.includes(name) ? readFileSync(join(root, folder, name), "utf8") : "";
        return old === text ? [] : [`${folder}/${name}\n${changedLines(old, text)}`];
      }),
    ];
    return problems.length === 0 ? [] : [...problems, howToUpdate];
  },
};

/** `@continuum/runtime/workflow` → `runtime.workflow.txt` */
function fileName(specifier: string): string {
  return `${specifier.replace(/^@[^/]+\//, "").replaceAll("/", ".")}.txt`;
}

function changedLines(old: string, now: string): string {
  const without = (text: string, lines: string) => {
    const others = new Set(lines.split("\n"));
    return text.split("\n").filter((line) => line.trim() !== "" && !others.has(line));
  };
  return [
    ...without(old, now).map((line) => `  - ${line}`),
    ...without(now, old).map((line) => `  + ${line}`),
  ].join("\n");
}
