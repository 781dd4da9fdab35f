/*
 * The differences of two versions for people, and as annotations of GitHub Actions.
 */
import { counted } from "../formats/report.js";
import { annotation } from "../formats/github.js";
import { styleFor } from "../terminal/style.js";
import type { Style } from "../terminal/style.js";
import type { DeclarationDifference, WorkflowDifference } from "./compare.js";
import type { PackageDifference } from "./compare-packages.js";

/** "`priceOf` in src/pricing.ts:3 changed" */
export function describeDifferences(differences: readonly WorkflowDifference[], style: Style): string {
  const changed = differences.filter(({ change }) => change !== "same");
  const same = differences.length - changed.length;
  if (differences.length === 0) return "There are no workflows, and there were none.";
  if (changed.length === 0) return `Nothing changed: ${counted(same, "workflow")} of the same version.`;
  const parts = changed.map((difference) => describeOne(difference, style));
  if (same > 0) parts.push(style.dim(`${counted(same, "workflow")} unchanged`));
  return parts.join("\n\n");
}

function describeOne(difference: WorkflowDifference, style: Style): string {
  const { workflow, change, from, to, label, file, line, declarations, packages } = difference;
  const name = style.bold(workflow);
  const place = style.cyan(`${file}:${String(line)}`);
  if (change === "added")
    return `${name}  ${style.green("new")}  ${versionText(label.to)}  ${style.dim(short(to))}  ${place}`;
  if (change === "removed")
    return `${name}  ${style.red("gone")}  ${versionText(label.from)}  ${style.dim(short(from))}  was in ${place}`;
  const labels =
    label.from === label.to
      ? versionText(label.to)
      : `${versionText(label.from)} → ${label.to === "" ? "none" : (label.to ?? "")}`;
  const head = `${name}  ${style.yellow("changed")}  ${labels}  ${style.dim(`${short(from)} → ${short(to)}`)}`;
  const said = [
    ...declarations.map((each) => {
      const where = style.cyan(`${each.file}:${String(each.line)}`);
      return `\`${each.name}\` ${each.change === "removed" ? "that was in" : "in"} ${where} ${whatBecame(each)}`;
    }),
    ...packages.map(describePackage),
  ];
  // Of a list that an earlier version of this program wrote, no more is known.
  if (said.length === 0)
    said.push("the order in which it refers to its parts, a package, or the name of a function changed");
  return [head, ...said.map((each) => `  ${each}`)].join("\n");
}

const WORDS = { changed: "changed", added: "is new", removed: "is no longer reached" } as const;

/** "changed: `Level.Low` is 5, and was 1" */
function whatBecame({ change, functionNames = [], constants = [] }: DeclarationDifference): string {
  if (change === "renamed") {
    const names = functionNames.map(({ from, to }) => `called ${nameText(to)}, and was ${nameText(from)}`);
    return `has a function that is ${names.join(", one that is ")}: the workflow reads what functions are called`;
  }
  if (constants.length === 0) return WORDS[change];
  return `${WORDS[change]}: ${constants.map(({ name, from, to }) => `\`${name}\` is ${to}, and was ${from}`).join("; ")}`;
}

function nameText(name: string): string {
  return name === "" ? "nothing" : `\`${name}\``;
}

function describePackage({ specifier, change, from, to }: PackageDifference): string {
  return change === "range"
    ? `the range of the package \`${specifier}\` is ${to}, and was ${from}`
    : `the code of the linked package \`${specifier}\` changed`;
}

function versionText(label: string | null): string {
  return label === null || label === "" ? "no version" : `version ${label}`;
}

function short(hash: string | null): string {
  return hash?.slice(0, 12) ?? "";
}

/** A notice for each workflow and each declaration, where it stands now; what is gone is told without a place. */
export function annotateDifferences(
  differences: readonly WorkflowDifference[],
  pathOf: (shown: string) => string,
): string {
  return differences
    .filter(({ change }) => change !== "same")
    .flatMap((difference) => {
      const { workflow, change, file, line, declarations } = difference;
      const title = `${workflow} ${change === "added" ? "is new" : change === "removed" ? "is gone" : "changed"}`;
      const place = change === "removed" ? {} : { file: pathOf(file), line };
      const parts = declarations.filter((each) => each.change !== "removed");
      return [
        annotation("notice", title, describeOne(difference, styleFor(false)), place),
        ...parts.map((each) =>
          annotation("notice", title, `\`${each.name}\` ${whatBecame(each)}`, {
            file: pathOf(each.file),
            line: each.line,
          }),
        ),
      ];
    })
    .join("\n");
}
