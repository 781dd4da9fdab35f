/*
 * Purpose: globals that a package makes for itself, under names that no platform has: `globalThis.__config`.
 * Owns: which of the package's files assign one, and that it is not there where none does.
 *
 * Invariants
 *  1. Every file that the package's opened modules import, however deep, is looked into: a sibling may set what another reads.
 *  2. That nobody sets it is assumed of what loading reads only, and told to whoever knows the project (Answer.absent).
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { isAtLoad } from "./load-calls.js";
import { loadedValue } from "./loaded.js";
import { GLOBAL_OBJECTS } from "./links.js";
import { accessedName } from "./member-names.js";
import { assignedBy, bare } from "./shipped-module.js";
import type { ShippedModule } from "./shipped-module.js";
import { stepTo } from "./world.js";
import type { Step, World } from "./world.js";

/** Members of every object, the global one among them, are none of the package's. */
const OF_OBJECTS = /^__(proto|(define|lookup)[GS]etter)__$/;

/** `globalThis[name] = …`, `Object.assign(globalThis, …)`: a name that is put together may be any. */
const COMPUTED =
  /\b(globalThis|global|self|window)\s*\[(?!\s*(["'])[^"']*\2\s*\])[^\]]*\]\s*([|&?]{2}|[-+*/])?=(?![=>])|\b(assign|define\w+|set)\s*\(\s*(globalThis|global|self|window)\b/;

/** Is `path` a global of the package's own? Then what it holds is reached. */
export function reachOwnGlobal(
  world: World,
  module: ShippedModule,
  path: readonly string[],
  node: TS.Node,
  step: Step,
): boolean {
  const [head = "", name = "", ...members] = path;
  if (!GLOBAL_OBJECTS.has(head) || !name.startsWith("__") || OF_OBJECTS.test(name)) return false;
  const files = world.library.filesOf(module);
  const writers = files.filter(({ text }) => mayAssign(text, name));
  if (writers.length === 0) {
    if (!isAtLoad(world, module, node) || files.some(({ text }) => COMPUTED.test(text))) return false;
    if (!world.absent.has(name)) world.absent.set(name, { module, node, step });
    return true;
  }
  const into = stepTo(step, name, module, node);
  for (const member of members) world.use(member, into);
  return writers.every((file) => reachAssigned(world, world.library.openFile(file), name, into));
}

/** A file that only reads it names it, too; only what can be an assignment is looked at closely. */
function mayAssign(text: string, name: string): boolean {
  const quoted = name.replace(/[^\w]/g, "\\$&");
  return new RegExp(
    `${quoted}["'\`]?\\]?\\s*(=[^=>]|\\?\\?=|\\|\\|=|&&=|[-+*/]=)|(define|assign|set)\\w*\\([^;]*${quoted}`,
  ).test(text);
}

/** The values that a file's loading gives the global; false where it is set in a way that can't be followed. */
function reachAssigned(world: World, module: ShippedModule, name: string, step: Step): boolean {
  let isFollowed = false;
  const visit = (node: TS.Node): void => {
    const isOf = assignedBy(node).some((target) => {
      const at = bare(target);
      const isAccess = ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at);
      return isAccess && accessedName(at) === name;
    });
    if (isOf && ts.isBinaryExpression(node)) {
      isFollowed = true;
      loadedValue(world, module, node.right, step);
    }
    ts.forEachChild(node, visit);
  };
  visit(module.file);
  return isFollowed;
}
