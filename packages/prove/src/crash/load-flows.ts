import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyWorkflow, Workflow } from "@continuum/runtime/workflow";

export interface Flows {
  readonly folder: string;
  readonly workflows: readonly AnyWorkflow[];
  /** By their durable names. */
  readonly activities: Readonly<Record<string, (...args: never[]) => unknown>>;
  /** Whatever its input is: the caller knows. */
  flowNamed(name: string): Workflow<unknown, unknown>;
}

export const MODULES = ["flows", "chaotic", "activities"] as const;

/** Imports compiled workflows from where {@link compileFlows} has put them. */
export async function loadFlows(folder: string): Promise<Flows> {
  const [flows, chaotic, activities] = await Promise.all(MODULES.map((name) => moduleOf(folder, name)));
  const exported: Readonly<Record<string, unknown>> = { ...flows, ...chaotic };
  return {
    folder,
    workflows: Object.values(exported).filter(isWorkflow),
    activities: Object.fromEntries(
      Object.entries(activities!).map(([name, fn]) => [`activities.${name}`, fn as () => unknown]),
    ),
    flowNamed(name) {
      const flow = exported[name];
      if (!isWorkflow(flow)) throw new Error(`there is no workflow ${name}`);
      return flow as unknown as Workflow<unknown, unknown>;
    },
  };
}

async function moduleOf(folder: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(pathToFileURL(join(folder, `${name}.js`)).href)) as Readonly<Record<string, unknown>>;
}

function isWorkflow(value: unknown): value is AnyWorkflow {
  return (
    typeof value === "object" && value !== null && "kind" in value && value.kind === "continuum.workflow"
  );
}
