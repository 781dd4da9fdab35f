/*
 * What a workflow may not do with linked code, though its own code could: use what was left native when it was compiled, and
 * code whose names mean nothing in this program. What can't be known is refused.
 */
import type { SiteKey } from "@continuum/contract";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { isValueReference, walkValues } from "../compiler/walk-values.js";
import type { Recognition, ReachedUnit, UnitFacts } from "../ir/facts.js";
import type { EffectCall } from "../ir/model.js";
import type { Problem } from "../ir/problem.js";
import type { LinkedModule, LinkedProgram } from "./link-program.js";
import { summaryFileName } from "./summary.js";

/** The mistakes that only linked programs have. */
export function checkLinked(
  view: ProgramView,
  linked: LinkedProgram,
  { reached }: Recognition,
): readonly Problem[] {
  const problems: Problem[] = [];
  const looked = new Set<TS.SourceFile>();
  for (const unit of reached) {
    const file = unit.facts.declaration.getSourceFile();
    if (!looked.has(file)) problems.push(...brokenImports(linked, file, unit));
    looked.add(file);
    const module = linked.files.get(file);
    if (module === undefined || module === null || unit.facts.isDefinition) continue;
    const { path } = unit;
    for (const node of notCompiled(module, unit.facts, file))
      problems.push({ ...leftNative(module, unit.facts, node), node, path });
    for (const node of meaningless(view, unit.facts)) {
      problems.push({
        code: "CTM3111",
        node,
        path,
        message: `\`${node.text}\` in \`${module.summary.module}\` means nothing in this program, so what \`${unit.facts.name}\` does can't be known here.`,
        hint: "Install what that package is compiled with: the package or the types that declare this name.",
      });
    }
  }
  return problems;
}

/** The key that an effect call got where it was compiled; null for calls of this program. */
export function linkedKey(linked: LinkedProgram, effect: EffectCall): SiteKey | null {
  const module = linked.files.get(effect.file);
  if (module === undefined || module === null) return null;
  return module.summary.compiled.effects.find(([end]) => end === effect.node.end)?.[1] ?? null;
}

function notCompiled(module: LinkedModule, facts: UnitFacts, file: TS.SourceFile): readonly TS.Node[] {
  const { functions, promises, effects } = module.summary.compiled;
  return [
    ...facts.asyncFunctions.filter((node) => !functions.includes(node.getStart(file))),
    ...facts.promises.filter((node) => !promises.includes(node.getStart(file))),
    ...facts.effects.filter(({ node }) => !effects.some(([end]) => end === node.end)).map(({ node }) => node),
  ];
}

function leftNative(
  module: LinkedModule,
  facts: UnitFacts,
  node: TS.Node,
): Pick<Problem, "code" | "message" | "hint"> {
  const what = ts.isFunctionLike(node)
    ? `\`${facts.name}\` was left a native async function when \`${module.summary.module}\` was compiled`
    : `\`${node.getText().replace(/\s+/g, " ").slice(0, 60)}\` was left as it is when \`${module.summary.module}\` was compiled`;
  return {
    code: "CTM3110",
    message: `${what}, so a workflow can't be replayed through it.`,
    hint: "Add @continuum/runtime to that package's dependencies, export what leads there, and build it again; or wrap the call in activity(…).",
  };
}

/** Names that stand for a value, of which the checker knows none. */
function meaningless(view: ProgramView, facts: UnitFacts): readonly TS.Identifier[] {
  const found: TS.Identifier[] = [];
  for (const root of facts.roots) {
    walkValues(root, (node) => {
      if (facts.omitted.has(node)) return false;
      if (ts.isIdentifier(node) && isValueReference(node) && isUnknown(view, node)) found.push(node);
      return true;
    });
  }
  return found;
}

function isUnknown(view: ProgramView, node: TS.Identifier): boolean {
  if (node.text === "undefined" || node.text === "arguments") return false;
  const symbol = view.symbolOf(node);
  if (symbol !== undefined && symbol.name !== "unknown")
    return (symbol.declarations ?? []).length === 0 && isAlias(symbol);
  // JSX's tags and keys of attributes are no references; everything else that has no symbol is.
  return !ts.isJsxOpeningLikeElement(node.parent) && !ts.isJsxClosingElement(node.parent);
}

function isAlias(symbol: TS.Symbol): boolean {
  return (symbol.flags & ts.SymbolFlags.Alias) !== 0;
}

/** Imports of a reached module, of which the summary can't be used: the code behind them is unknown for that reason. */
function brokenImports(linked: LinkedProgram, file: TS.SourceFile, unit: ReachedUnit): readonly Problem[] {
  return file.statements.flatMap((statement): readonly Problem[] => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const specifier = statement.moduleSpecifier;
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return [];
    const broken = linked.brokenAt(specifier);
    if (broken === null) return [];
    const name = summaryFileName(broken.declarations).replace(/^.*\//, "");
    return [
      {
        code: "CTM3112",
        node: specifier,
        path: unit.path,
        message: `${name}, which tells what "${specifier.text}" does in a workflow, ${broken.failure}.`,
        hint: "Build that package again with tspc, and publish or copy *.continuum.json files together with its declarations.",
      },
    ];
  });
}
