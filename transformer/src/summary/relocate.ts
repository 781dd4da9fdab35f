/*
 * What is wrong in linked code is shown where this program brings it in: that is the place which its author can change. The
 * path goes on from there, through the other package, to the expression itself.
 */
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { Problem } from "../ir/problem.js";

/**
 * The same problems, each at an expression of this program. What the user vouches for (`isTrusted`, by package and export) may
 * do what no other code may.
 */
export function relocate(
  view: ProgramView,
  problems: readonly Problem[],
  isTrusted: (packageName: string, name: string) => boolean,
): readonly Problem[] {
  const isElsewhere = (node: TS.Node): boolean => view.isLinked(node.getSourceFile());
  // Nothing more can be said of what is unknown because its summary can't be used.
  const broken = new Set(problems.filter(({ code }) => code === "CTM3112").map(({ node }) => node));
  return problems.flatMap((problem): readonly Problem[] => {
    if (broken.has(problem.node) && problem.code !== "CTM3112") return [];
    if (!isElsewhere(problem.node)) return [problem];
    const path = problem.path ?? [];
    const way = path.findLastIndex(({ reference }) => !isElsewhere(reference));
    const entry = path[way];
    // What no code of this program leads to is the other program's to mend; there it was judged, too.
    if (entry === undefined) return problem.severity === "warning" ? [] : [problem];
    const there = path[way + 1]?.reference ?? problem.node;
    const home = view.locationOf(there.getSourceFile()).package;
    if (problem.code.startsWith("CTM2") && isTrusted(home, entry.to)) return [];
    return [
      {
        ...problem,
        node: entry.reference,
        message: `\`${entry.to}\`, which comes from ${home}, can't do this in a workflow: ${problem.message}`,
        path: [...path.slice(0, way), ...path.slice(way + 1)],
        related: { text: `\`${textOf(problem.node)}\` stands here`, node: problem.node },
      },
    ];
  });
}

function textOf(node: TS.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
