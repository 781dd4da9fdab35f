import { counted } from "../formats/report.js";
import type { Style } from "../terminal/style.js";
import type { DeclarationDifference, WorkflowDifference } from "./compare.js";

/** "`priceOf` in `src/pricing.ts` changed" */
export function describeDifferences(differences: readonly WorkflowDifference[], style: Style): string {
  const changed = differences.filter(({ change }) => change !== "same");
  const same = differences.length - changed.length;
  if (changed.length === 0) return `Nothing changed: ${counted(same, "workflow")} of the same version.`;
  const parts = changed.map((difference) => describeOne(difference, style));
  if (same > 0) parts.push(style.dim(`${counted(same, "workflow")} unchanged`));
  return parts.join("\n\n");
}

function describeOne({ workflow, change, from, to, declarations }: WorkflowDifference, style: Style): string {
  const name = style.bold(workflow);
  if (change === "added") return `${name}  ${style.green("new")}  ${style.dim(short(to))}`;
  if (change === "removed") return `${name}  ${style.red("gone")}  ${style.dim(short(from))}`;
  const head = `${name}  ${style.yellow("changed")}  ${style.dim(`${short(from)} → ${short(to)}`)}`;
  if (declarations.length === 0) {
    return `${head}\n  the order in which it refers to its parts, or the range of a package, changed`;
  }
  return [head, ...declarations.map((each) => `  ${describeDeclaration(each, style)}`)].join("\n");
}

const WORDS = { changed: "changed", added: "is new", removed: "is no longer reached" } as const;

function describeDeclaration({ name, file, change }: DeclarationDifference, style: Style): string {
  return `\`${name}\` in ${style.cyan(file)} ${WORDS[change]}`;
}

function short(hash: string | null): string {
  return hash?.slice(0, 12) ?? "";
}
