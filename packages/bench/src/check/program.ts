/*
 * A program as a team would have it after some years, of a given size: layers of modules with unions, generics, classes and
 * helpers, activities at the edge, workflows on top. The same size gives the same program.
 */
import { activityModule } from "./layers/activity-module.js";
import { domainModule } from "./layers/domain-module.js";
import { flowModule } from "./layers/flow-module.js";
import { libModule } from "./layers/lib-module.js";
import { rulesModule } from "./layers/rules-module.js";

export interface Shape {
  readonly modules: number;
  readonly workflows: number;
}

export interface GeneratedProgram {
  /** Path below the project's root → text. */
  readonly files: ReadonlyMap<string, string>;
  /** A helper in the middle, which several workflows reach. */
  readonly helper: string;
}

/** Layers, lowest first, each with its share of the modules that are no workflows. */
const LAYERS = { lib: 0.1, domain: 0.35, rules: 0.33, activities: 0.22 } as const;

export function generateProgram({ modules, workflows }: Shape): GeneratedProgram {
  const others = modules - workflows;
  const lib = Math.round(others * LAYERS.lib);
  const domain = Math.round(others * LAYERS.domain);
  const activities = Math.round(others * LAYERS.activities);
  const rules = others - lib - domain - activities;
  const files = new Map<string, string>();
  for (let i = 0; i < lib; i++) files.set(`src/lib/lib${i}.ts`, libModule(i));
  for (let i = 0; i < domain; i++) files.set(`src/domain/domain${i}.ts`, domainModule(i, lib));
  for (let i = 0; i < activities; i++) files.set(`src/activities/service${i}.ts`, activityModule(i, domain));
  for (let i = 0; i < rules; i++)
    files.set(`src/rules/rules${i}.ts`, rulesModule(i, { lib, domain, activities }));
  for (let i = 0; i < workflows; i++)
    files.set(`src/flows/flow${i}.ts`, flowModule(i, { domain, rules, activities, workflows }));
  return { files, helper: `src/rules/rules${Math.floor(rules / 2)}.ts` };
}
