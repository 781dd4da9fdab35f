/*
 * What a coloured function may not contain, since its generator would mean something else. Refused by name, never
 * miscompiled (language.md §6).
 */
import { ts } from "../compiler/ts.js";
import type { Memory } from "../compiler/memory.js";
import type { TS } from "../compiler/ts.js";
import type { FunctionNode, PathStep, ProgramModel } from "../ir/model.js";
import type { Problem } from "../ir/problem.js";
import { bindsLexicals, isArguments, isErased, isNewTarget } from "./lexical.js";

/** The mistakes of form in the coloured functions of a program, and the uses of `Promise` that can't be made durable. */
export function findUnsupported(model: ProgramModel, memory: Memory): readonly Problem[] {
  const found: Problem[] = [];
  const formOf = memory.keep("unsupported forms", mistakesOfForm);
  const report = (node: TS.Node, text: Omit<Problem, "node">): void => {
    found.push({ ...text, node, path: pathTo(model, node) });
  };
  const scripts = new Set<TS.SourceFile>();
  for (const node of [...model.coloured.keys(), ...model.effects.keys(), ...model.promises]) {
    const file = node.getSourceFile();
    if (ts.isExternalModule(file) || scripts.has(file)) continue;
    scripts.add(file);
    report(node, {
      code: "CTM3057",
      message:
        "Workflow code stands in a script here, and the import that it needs would turn the script into a module.",
      hint: "Make it a module: export what workflows use, and import it there.",
    });
  }
  for (const [node, { workflow }] of model.coloured) {
    for (const { node: at, ...text } of formOf(node)) report(at, text);
    if (workflow !== null && ts.isArrowFunction(node)) checkRoot(node, report);
  }
  for (const node of model.promises) checkPromise(node, report);
  return found;
}

type Report = (node: TS.Node, text: Omit<Problem, "node">) => void;

function mistakesOfForm(fn: FunctionNode): readonly Problem[] {
  const found: Problem[] = [];
  checkForm(fn, (node, text) => found.push({ ...text, node }));
  return found;
}

function checkForm(fn: FunctionNode, report: Report): void {
  if (fn.asteriskToken !== undefined) {
    report(fn.asteriskToken, {
      code: "CTM3050",
      message: "An async generator function can't run in a workflow yet.",
      hint: "Return an array, or pass a callback: async function each(fn: (item: Item) => Promise<void>) { … }.",
    });
    return;
  }
  for (const parameter of fn.parameters) checkParameter(fn, parameter, report);
  const visit = (node: TS.Node, isOwn: boolean): void => {
    if (isErased(node)) return;
    if (isOwn) checkStatement(node, report);
    if (node.kind === ts.SyntaxKind.SuperKeyword) {
      report(node, {
        code: "CTM3053",
        message:
          "`super` can't be used in an async function of workflow code: the generator that it becomes has none.",
        hint: "Move what needs `super` to a sync method, and call that: this.baseTotal().",
      });
    }
    if (bindsLexicals(node)) return;
    ts.forEachChild(node, (child) => visit(child, isOwn && !ts.isArrowFunction(node)));
  };
  for (const parameter of fn.parameters) visit(parameter, true);
  if (fn.body !== undefined) visit(fn.body, true);
}

function checkStatement(node: TS.Node, report: Report): void {
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) {
    report(node.awaitModifier, {
      code: "CTM3051",
      message: "`for await` can't run in a workflow yet.",
      hint: "Loop over the promises, and await each: for (const pending of handles) { const value = await pending; … }.",
    });
  }
  if (
    ts.isVariableDeclarationList(node) &&
    (node.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing
  ) {
    report(node, {
      code: "CTM3052",
      message: "`await using` can't run in a workflow yet.",
      hint: "Release it by hand: try { … } finally { await release(); }.",
    });
  }
}

/** Of the parameters behind a default only the generator knows, and a decorator needs the method's own. */
function checkParameter(fn: FunctionNode, parameter: TS.ParameterDeclaration, report: Report): void {
  const decorator = ts.getDecorators(parameter)?.[0];
  if (decorator === undefined) return;
  const first = fn.parameters.findIndex(
    ({ initializer, dotDotDotToken }) => initializer !== undefined || dotDotDotToken !== undefined,
  );
  if (first === -1 || fn.parameters.indexOf(parameter) < first) return;
  report(decorator, {
    code: "CTM3055",
    message:
      "A decorated parameter of an async method of workflow code can't stand at or behind one with a default.",
    hint: "Give the default in the body: value ??= fallback.",
  });
}

function checkRoot(arrow: TS.ArrowFunction, report: Report): void {
  const visit = (node: TS.Node): void => {
    if (isErased(node)) return;
    if (node.kind === ts.SyntaxKind.ThisKeyword || isArguments(node) || isNewTarget(node)) {
      report(node, {
        code: "CTM3054",
        message: `\`${node.getText()}\` means nothing in the function of a workflow: it stands at the top of a module.`,
        hint: "Take what it needs as the workflow's input.",
      });
    }
    if (!bindsLexicals(node)) ts.forEachChild(node, visit);
  };
  for (const parameter of arrow.parameters) visit(parameter);
  visit(arrow.body);
}

function checkPromise(node: TS.Identifier, report: Report): void {
  if (ts.isExpressionWithTypeArguments(node.parent)) {
    report(node, {
      code: "CTM3056",
      message: "A class that extends `Promise` would stay native, and awaiting it would not be replayed.",
      hint: "Keep a promise in a field of the class instead.",
    });
  } else if (!runsLater(node)) {
    report(node, {
      code: "CTM3056",
      message:
        "`Promise` is used here while the module loads, when it is the native one: awaiting it would not be replayed.",
      hint: "Use it inside a function: const settled = () => Promise.resolve().",
    });
  }
}

/** Inside a function, or in a field of an instance. */
function runsLater(node: TS.Node): boolean {
  return (
    ts.findAncestor(
      node.parent,
      (at) => ts.isFunctionLike(at) || (ts.isPropertyDeclaration(at) && !isStatic(at)),
    ) !== undefined
  );
}

function isStatic(node: TS.PropertyDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

/** From a workflow to the innermost reached declaration around `node`. */
function pathTo(model: ProgramModel, node: TS.Node): readonly PathStep[] {
  let best: { readonly size: number; readonly path: readonly PathStep[] } | null = null;
  for (const { declaration, path } of model.workflows.flatMap(({ reaches }) => reaches)) {
    if (
      declaration.getSourceFile() !== node.getSourceFile() ||
      declaration.pos > node.pos ||
      declaration.end < node.end
    )
      continue;
    const size = declaration.end - declaration.pos;
    if (best === null || size < best.size) best = { size, path };
  }
  return best?.path ?? [];
}
