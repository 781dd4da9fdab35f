/*
 * The names by which members of the project's classes are reached on their own. What an access of any other name is made on need not
 * be known, and to ask the checker takes long.
 */
import { gather } from "../compiler/gather.js";
import type { Said } from "../compiler/gather.js";
import { membersOf, partsOfFile } from "../compiler/parts-of-file.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { isSeparateMember } from "./units.js";

const known = new WeakMap<ProgramView, (name: string) => boolean>();

/** Has a class of the project a method or an accessor of this name? */
export function isMemberName(view: ProgramView, name: string): boolean {
  let isNamed = known.get(view);
  if (isNamed === undefined) known.set(view, (isNamed = namesOf(view)));
  return isNamed(name);
}

function namesOf({ memory, projectFiles }: ProgramView): (name: string) => boolean {
  const named = gather(memory, "members by name", projectFiles, memory.keep("names of members", namesIn));
  return (name) => named(name).length > 0;
}

function namesIn(file: TS.SourceFile): Said<string, true> {
  const names = partsOfFile(file)
    .holders.flatMap(membersOf)
    .filter(isSeparateMember)
    .map(({ name }) => (ts.isComputedPropertyName(name) ? null : name.text));
  return names.filter((name) => name !== null).map((name) => [name, true] as const);
}
