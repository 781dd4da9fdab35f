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
import type { LinkedProgram } from "./link-program.js";
import type { LinkedModule } from "./module-library.js";
import { summaryFileName } from "./summary.js";

/** The mistakes that only linked programs have. */
export function checkLinked(
  view: ProgramView,
  linked: LinkedProgram,
  { reached }: Recognition,
): readonly Problem[] {
  const problems: Problem[] = [];
  const copies = new Map<string, LinkedModule>();
  if (linked.files.size === 0 && linked.broken.size === 0) return [];
  for (const unit of reached) {
    const file = unit.facts.declaration.getSourceFile();
    problems.push(...behindBroken(view, linked, unit));
    const module = linked.files.get(file);
    if (linked.uncompiled.has(file)) problems.push(...leftAsItIs(view, unit));
    if (module === undefined || module === null || unit.facts.isDefinition) continue;
    const { path } = unit;
    const copy = copies.get(module.summary.module) ?? module;
    copies.set(module.summary.module, copy);
    if (copy !== module) problems.push(anotherCopy(copy, module, unit));
    for (const node of notCompiled(module, unit.facts, file))
      problems.push({ ...leftNative(module, unit.facts, node), node, path });
    for (const effect of unit.facts.effects) {
      const compiledAs = module.summary.compiled.effects.find(([end]) => end === effect.node.end);
      if (compiledAs !== undefined && compiledAs[2] !== effect.target)
        problems.push({ ...calledOtherwise(compiledAs[2], effect), node: effect.node, path });
    }
    for (const node of references(unit.facts).filter((name) => isUnknown(view, name))) {
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

/** Two programs that read one call differently would schedule under one name what waits under another. */
function calledOtherwise(
  there: string | null,
  { target }: EffectCall,
): Pick<Problem, "code" | "message" | "hint"> {
  return {
    code: "CTM3114",
    message: `This asks for \`${there ?? "something computed"}\` in the compiled package, and would be \`${target ?? "something computed"}\` here.`,
    hint: "Bring both to one version of the packages that they share, or give what is named a name: defineActivity({ name: … }, fn).",
  };
}

/** Compiled code carries the name of its module, so two copies of one could not be told apart. */
function anotherCopy(one: LinkedModule, other: LinkedModule, { facts, path }: ReachedUnit): Problem {
  return {
    code: "CTM3113",
    node: facts.declaration,
    path,
    message: `Workflows of this program use two copies of \`${one.summary.module}\`: ${one.declarations} and ${other.declarations}.`,
    hint: "Bring the packages that need it to one version of it: npm dedupe, or pnpm dedupe.",
  };
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

/** What is only source here would have to be compiled before it runs. Its workflows refuse to load by themselves. */
function leftAsItIs(view: ProgramView, { facts, path }: ReachedUnit): readonly Problem[] {
  const home = view.locationOf(facts.declaration.getSourceFile()).package;
  const told = (node: TS.Node, what: string): Problem => ({
    code: "CTM3110",
    node,
    path,
    message: `${what} in the source of the package "${home}", which is no part of this project's build, so it would run natively.`,
    hint: 'Compile it, too: "composite": true in the tsconfig of that package, and "references": [{ "path": … }] to it in this one. What runs must then be a bundle, or what its exports lead to must be what was built. Or wrap the call in activity(…).',
  });
  const found = [
    ...facts.asyncFunctions.map((node) => told(node, `The async function \`${facts.name}\` stands`)),
    ...facts.promises.map((node) => told(node, "A promise is made")),
    ...facts.effects.map(({ node }) => told(node, "An effect is asked for")),
  ];
  // One of them is why; the others come with it.
  return found.slice(0, 1);
}

/** The identifiers of a unit's workflow code that stand for a value. */
function references(facts: UnitFacts): readonly TS.Identifier[] {
  const found: TS.Identifier[] = [];
  for (const root of facts.roots) {
    walkValues(root, (node) => {
      if (facts.omitted.has(node)) return false;
      if (ts.isIdentifier(node) && isValueReference(node)) found.push(node);
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

/** Names of a module whose summary can't be used: the code behind them is unknown for that reason. */
function behindBroken(
  view: ProgramView,
  linked: LinkedProgram,
  { facts, path }: ReachedUnit,
): readonly Problem[] {
  if (linked.broken.size === 0) return [];
  return references(facts).flatMap((node): readonly Problem[] => {
    const declarations = view.symbolOf(node)?.declarations?.[0]?.getSourceFile().fileName ?? "";
    const failure = linked.broken.get(declarations);
    if (failure === undefined) return [];
    return [
      {
        code: "CTM3112",
        node,
        path,
        message: `${summaryFileName(declarations).replace(/^.*\//, "")}, which tells what \`${node.text}\` does in a workflow, ${failure}.`,
        hint: "Build that package again with tspc, and publish or copy *.continuum.json files together with its declarations.",
      },
    ];
  });
}
