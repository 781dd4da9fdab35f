/*
 * What the table of known APIs says of a declaration of the platform.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { qualifiedName } from "../compiler/qualified-name.js";
import { isInstanceMember } from "./declared-members.js";
import { knownApis, listedContainers, unlistedNodeModule } from "./known-apis.js";
import type { Verdict } from "./known-apis.js";

/** The table's word on a declaration: its own, its container's, its module's. */
export function verdictOf(declaration: TS.Node): Verdict | null {
  const { name, container } = qualifiedName(declaration);
  const module = /^node:[^.]+/.exec(name)?.[0] ?? null;
  if (ts.isModuleDeclaration(declaration) && ts.isStringLiteral(declaration.name)) {
    return knownApis.get(moduleName(declaration.name.text)) ?? unlistedNodeModule;
  }
  const own = knownApis.get(name) ?? (container === null ? undefined : memberVerdict(container));
  if (own !== undefined) return own;
  if (module === null || isInstanceMember(declaration)) return null;
  return knownApis.get(module) ?? unlistedNodeModule;
}

/** A container that is pure, or impure, as a whole; a condition on the container is not one on its members. */
function memberVerdict(container: string): Verdict | undefined {
  if (listedContainers.has(container)) return undefined;
  const verdict = knownApis.get(container);
  if (verdict === undefined || verdict.kind !== "conditional") return verdict;
  return verdict.condition === "posix-import" ? verdict : undefined;
}

function moduleName(text: string): string {
  return text.startsWith("node:") ? text : `node:${text}`;
}
