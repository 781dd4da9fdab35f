import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { digestOf, planFiles } from "./file-plan.js";
import type { RewriteInput } from "./input.js";
import { rewriteFile } from "./rewrite-file.js";

export interface Rewrite {
  /** A `before` transformer: files without workflow code pass through untouched. */
  readonly transformer: TS.TransformerFactory<TS.SourceFile>;
  /** By absolute file name: a digest of what the file's emission depends on beyond its own text. */
  readonly dependent: ReadonlyMap<string, string>;
}

/** The last pass: emission of the whole program, file by file. */
export function rewrite(input: RewriteInput): Rewrite {
  const plans = planFiles(input);
  const dependent = new Map(Array.from(plans.values(), (plan) => [plan.file.fileName, digestOf(plan)]));
  return {
    dependent,
    transformer: (context) => (file) => {
      const plan = plans.get(ts.getOriginalNode(file) as TS.SourceFile);
      return plan === undefined ? file : rewriteFile(plan, file, context);
    },
  };
}
