import * as authoring from "@continuum/runtime/workflow";
import type { ModuleFactory } from "./compile-programs.js";
import type { World } from "./world.js";

/** Evaluates a program and its frame, against the given world and entry points. Gives what `workflow(…)` gave. */
export function loadProgram(
  program: ModuleFactory,
  frame: ModuleFactory,
  world: World,
  entries: {
    readonly workflow: Readonly<Record<string, unknown>>;
    readonly compiled?: object;
    readonly activities?: Readonly<Record<string, unknown>>;
  },
): unknown {
  const frameExports: Record<string, unknown> = {};
  const modules: Readonly<Record<string, object | undefined>> = {
    "@continuum/runtime/workflow": { ...authoring, ...entries.workflow },
    "@continuum/runtime/compiled": entries.compiled,
    "./world.js": { ...world.exports, ...entries.activities },
    "./frame.js": frameExports,
  };
  const require = (name: string): unknown => {
    const found = modules[name];
    if (found === undefined) throw new Error(`the program requires ${name}, which it should not`);
    return found;
  };
  frame(frameExports, require);
  const exports: Record<string, unknown> = {};
  program(exports, require);
  return exports["program"];
}
