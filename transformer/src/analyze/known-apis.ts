/*
 * What the platform's functions do: data only. Keys are names as compiler/qualified-name.ts makes them: a container is an
 * interface, class, namespace or module as TypeScript's library and @types/node declare it.
 *
 * A name is looked up as itself, then its container, then its module. What is not found is unknown, hence refused. Of two
 * entries for one name the later one holds.
 */
import { dom } from "./known-apis/dom.js";
import { ecmascript } from "./known-apis/ecmascript.js";
import { node } from "./known-apis/node.js";
import { impure } from "./known-apis/verdict.js";
import type { Verdict } from "./known-apis/verdict.js";

export type { Condition, Family, Verdict } from "./known-apis/verdict.js";

const surfaces = [ecmascript, dom, node];

/** Qualified name → what it does. */
export const knownApis: ReadonlyMap<string, Verdict> = new Map(surfaces.flatMap(({ entries }) => entries));

/** Containers all of whose members are in the table: one that is not is unknown. */
export const listedContainers: ReadonlySet<string> = new Set(surfaces.flatMap(({ listed }) => listed));

/** Modules of Node that are not listed. */
export const unlistedNodeModule: Verdict = impure("io");
