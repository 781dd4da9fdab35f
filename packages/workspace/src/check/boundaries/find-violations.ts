/**
 * Compares the imports of all sources with `arrows.ts`.
 *
 * Owns: which files are read, and how an import is resolved: as tests resolve it, to sources.
 * Invariants:
 *  1. Imports of types count: they tie one folder to another as much as others do.
 *  2. An import that leads nowhere is a violation, or a misspelt one would pass.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import type { IAllowedRuleType, ICruiseResult } from "dependency-cruiser";
import { packagesOf, sourceCondition } from "../packages.js";
import { arrows, node } from "./arrows.js";
import type { Arrow } from "./arrows.js";

/** One line per forbidden import, with both ends from the root of the repository. */
export async function findViolations(root: string): Promise<readonly string[]> {
  const packages = packagesOf(root);
  const entryPoints = packages.flatMap((each) => each.entryPoints.map((entry) => entry.source));
  const folders = packages
    .flatMap(({ folder }) => ["src", "test", "demo"].map((name) => `${folder}/${name}`))
    .filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(
    folders,
    {
      baseDir: root,
      doNotFollow: { path: ["node_modules"] },
      exclude: { path: ["/dist/"] },
      tsPreCompilationDeps: true,
      ruleSet: { allowed: arrows(entryPoints).flatMap(allowedRules), allowedSeverity: "error" },
      validate: true,
    },
    {
      bustTheCache: true, // tests cruise several folders in one process
      exportsFields: ["exports"],
      conditionNames: [sourceCondition, "import", "node", "types", "default"],
    },
    { tsConfig: { options: { module: "nodenext", moduleResolution: "nodenext" } } },
  );
  if (typeof output === "string") throw new Error(`dependency-cruiser answered with text: ${output}`);
  return violations(output);
}

function allowedRules(arrow: Arrow): IAllowedRuleType[] {
  const path = arrow.to.filter((to) => to !== node);
  const rules: IAllowedRuleType[] = [];
  if (path.length > 0) rules.push({ from: { path: arrow.from }, to: { path, couldNotResolve: false } });
  if (arrow.to.includes(node)) rules.push({ from: { path: arrow.from }, to: { dependencyTypes: ["core"] } });
  return rules;
}

function violations(result: ICruiseResult): readonly string[] {
  const lines = result.modules
    .filter((module) => !module.coreModule && module.source.search(/(^|\/)node_modules\//) === -1)
    .flatMap((module) =>
      module.dependencies
        .filter((dependency) => !dependency.valid)
        .map(({ resolved, couldNotResolve, module: written }) =>
          couldNotResolve
            ? `${module.source} imports ${written}, which can't be found`
            : `${module.source} → ${resolved}`,
        ),
    );
  return [...new Set(lines)].sort();
}
