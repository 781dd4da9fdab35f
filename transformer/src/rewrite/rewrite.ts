import { sha256 } from "@continuum/contract";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { digestOf, planFiles } from "./file-plan.js";
import type { RewriteInput } from "./input.js";
import { registered } from "./registration.js";
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
  for (const [file, { digest }] of input.registered)
    dependent.set(file.fileName, sha256(`${dependent.get(file.fileName) ?? ""} ${digest}`));
  return {
    dependent,
    transformer: (context) => (emitted) => {
      const file = ts.getOriginalNode(emitted) as TS.SourceFile;
      const plan = plans.get(file);
      const note = input.registered.get(file);
      const rewritten = plan === undefined ? emitted : rewriteFile(plan, emitted, context);
      return note === undefined
        ? rewritten
        : registered(context.factory, rewritten, input.moduleKeyOf(file), note.meaning);
    },
  };
}
