/*
 * The source files whose nodes a value holds, however deep. Values that outlive a program must hold nothing of its checker.
 */
import type { TS } from "./ts.js";

/**
 * Looks into everything but for parts that are `known`.
 *
 * @throws where the value holds a type, a symbol or a signature, which only its own checker knows.
 */
export function filesOf(value: unknown, isKnown: (part: object) => boolean): ReadonlySet<TS.SourceFile> {
  const files = new Set<TS.SourceFile>();
  const seen = new Set<object>();
  const visit = (at: unknown): void => {
    if (typeof at !== "object" || at === null || seen.has(at)) return;
    seen.add(at);
    if (isKnown(at)) return;
    if (isNode(at)) files.add(at.getSourceFile());
    else if (isOfChecker(at))
      throw new Error("CTM9009: an answer that outlives its program holds a type or a symbol");
    else if (Array.isArray(at) || at instanceof Set) at.forEach(visit);
    else if (at instanceof Map) {
      for (const [key, item] of at) {
        visit(key);
        visit(item);
      }
    } else Object.values(at).forEach(visit);
  };
  visit(value);
  return files;
}

function isNode(value: object): value is TS.Node {
  return "kind" in value && typeof value.kind === "number" && "pos" in value;
}

/** Types and signatures know their checker, symbols their name in it. */
function isOfChecker(value: object): boolean {
  return "checker" in value || "escapedName" in value;
}
