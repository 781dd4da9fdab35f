/*
 * The names under which the project's code has getters. To ask the checker of each property what it is takes long, and few programs have
 * a getter that changes anything.
 */
import { publishOne } from "../compiler/gather.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";

const COMPUTED = "*";

/** Can a property of this name be a getter of the project? */
export function getterNames(view: ProgramView): (name: string) => boolean {
  const { memory, projectFiles } = view;
  const namesIn = memory.keep("names of getters in a file", gettersIn);
  const names = publishOne(
    memory,
    "names of getters",
    () => new Set(projectFiles.flatMap(namesIn)),
    (a, b) => a.size === b.size && Array.from(a).every((name) => b.has(name)),
  );
  return (name) => names().has(name) || names().has(COMPUTED);
}

function gettersIn(file: TS.SourceFile): readonly string[] {
  const found: string[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isGetAccessorDeclaration(node))
      found.push(ts.isComputedPropertyName(node.name) ? COMPUTED : node.name.text);
    ts.forEachChild(node, visit);
  };
  // Most files have none.
  if (/\bget\b/.test(file.text)) visit(file);
  return found;
}
