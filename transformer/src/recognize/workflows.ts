/*
 * The roots: each `export const x = workflow({ … }, async (…) => …)` of the project.
 */
import { isAsync } from "../compiler/functions.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { partsOfFile } from "../compiler/parts-of-file.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import type { FunctionNode } from "../ir/model.js";
import type { Problem } from "../ir/problem.js";
import { signalName } from "./signals.js";
import { isModuleLevel } from "./units.js";

export interface WorkflowRoot {
  readonly name: string;
  readonly label: string;
  readonly current: boolean;
  readonly call: TS.CallExpression;
  readonly body: FunctionNode;
  readonly file: TS.SourceFile;
  /** The closed set of signal names; null where the set is open or can't be read. */
  readonly signals: ReadonlySet<string> | null;
}

export interface FoundWorkflows {
  /** Of this program: what its analysis starts from. */
  readonly roots: readonly WorkflowRoot[];
  /** Of the programs that it is linked with: they were judged and compiled there, and here they can be children. */
  readonly linked: readonly WorkflowRoot[];
  /** The calls of `workflow` that define one, in files of either. */
  readonly calls: readonly TS.CallExpression[];
  /** Those in a file. */
  callsIn(file: TS.SourceFile): readonly TS.CallExpression[];
}

/** Finds all workflows, and reports the calls of `workflow` that define none. */
export function findWorkflows(view: ProgramView, report: (problem: Problem) => void): FoundWorkflows {
  const workflowsIn = view.memory.keep("workflows", (file: TS.SourceFile) => readWorkflows(view, file));
  const roots: WorkflowRoot[] = [];
  const linked: WorkflowRoot[] = [];
  const calls: TS.CallExpression[] = [];
  for (const file of view.projectFiles) {
    const found = workflowsIn(file);
    calls.push(...found.roots.map(({ call }) => call));
    (view.isLinked(file) ? linked : roots).push(...found.roots);
    if (!view.isLinked(file)) found.problems.forEach(report);
  }
  return {
    roots: withoutDuplicates(roots, linked, report),
    linked,
    calls,
    callsIn: (file) => workflowsIn(file).roots.map(({ call }) => call),
  };
}

interface FileWorkflows {
  readonly roots: readonly WorkflowRoot[];
  readonly problems: readonly Problem[];
}

function readWorkflows(view: ProgramView, file: TS.SourceFile): FileWorkflows {
  const roots: WorkflowRoot[] = [];
  const problems: Problem[] = [];
  for (const call of partsOfFile(file).calls) {
    if (view.authoringName(unwrap(call.expression)) !== "workflow") continue;
    const root = readWorkflow(view, call, (problem) => problems.push(problem));
    if (root !== null) roots.push(root);
  }
  return { roots, problems };
}

function readWorkflow(
  view: ProgramView,
  call: TS.CallExpression,
  report: (problem: Problem) => void,
): WorkflowRoot | null {
  const holder = exportedConst(view, call);
  if (holder === null) {
    report({
      code: "CTM3001",
      node: call.expression,
      message:
        "A workflow must be the value of an exported const: its name is its durable identity, and workers import it.",
      hint: "Write: export const orderFlow = workflow({ version: 1 }, async (input) => { … });",
    });
    return null;
  }
  const [optionsNode, bodyNode] = call.arguments;
  const body = bodyNode === undefined ? undefined : unwrap(bodyNode);
  if (
    body === undefined ||
    !(ts.isArrowFunction(body) || ts.isFunctionExpression(body)) ||
    !isAsync(body) ||
    body.asteriskToken !== undefined
  ) {
    report({
      code: "CTM3004",
      node: bodyNode ?? call,
      message: "The second argument of workflow(…) must be an async function that is written there.",
      hint: "Write workflow({ version: 1 }, async (input) => { … }); it may call other functions, in any module.",
    });
    return null;
  }
  const options = optionsNode === undefined ? undefined : unwrap(optionsNode);
  if (options === undefined || !ts.isObjectLiteralExpression(options)) {
    report({
      code: "CTM3002",
      node: optionsNode ?? call,
      message: "The first argument of workflow(…) must be an object literal, since the compiler reads it.",
      hint: "Write the options at the call: workflow({ version: 1, retention: days(30) }, …).",
    });
    return null;
  }
  const label = literalOption(view, options, "version");
  if (label !== undefined && typeof label !== "string") {
    report({
      code: "CTM3002",
      node: label,
      message: `\`version\` of the workflow \`${holder}\` must be a literal number or string.`,
      hint: "Write version: 1.",
    });
    return null;
  }
  const name = literalOption(view, options, "name");
  if (name !== undefined && (typeof name !== "string" || name.trim() === "")) {
    report({
      code: "CTM3002",
      node: typeof name === "string" ? options : name,
      message: `\`name\` of the workflow \`${holder}\` must be a literal string that is not empty.`,
      hint: `Write name: "${holder}", or leave it out: the const's name is the default.`,
    });
    return null;
  }
  const current = booleanOption(options, "current") ?? true;
  if (typeof current !== "boolean") {
    report({
      code: "CTM3002",
      node: current,
      message: `\`current\` of the workflow \`${holder}\` must be a literal true or false.`,
      hint: "Write current: false for an entrypoint that only runs of its own version use.",
    });
    return null;
  }
  return {
    name: name ?? holder,
    label: label ?? "",
    current,
    call,
    body,
    file: call.getSourceFile(),
    signals: closedSignals(view, options),
  };
}

/** The durable name of the workflow that a `workflow(…)` call defines; null for anything else, and where it can't be read. */
export function workflowName(view: ProgramView, call: TS.Expression): string | null {
  if (!ts.isCallExpression(call) || view.authoringName(unwrap(call.expression)) !== "workflow") return null;
  const options = call.arguments[0] === undefined ? undefined : unwrap(call.arguments[0]);
  const own =
    options !== undefined && ts.isObjectLiteralExpression(options)
      ? literalOption(view, options, "name")
      : undefined;
  if (own !== undefined) return typeof own === "string" ? own : null;
  return exportedConst(view, call);
}

/** The name of the exported const whose value `call` is. */
function exportedConst(view: ProgramView, call: TS.CallExpression): string | null {
  let node: TS.Node = call;
  while (ts.isExpression(node.parent) && unwrap(node.parent) === call) node = node.parent;
  const declaration = node.parent;
  if (
    !ts.isVariableDeclaration(declaration) ||
    declaration.initializer !== node ||
    !ts.isIdentifier(declaration.name)
  )
    return null;
  if ((ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0 || !isModuleLevel(declaration))
    return null;
  const module = view.checker.getSymbolAtLocation(call.getSourceFile());
  if (module === undefined) return null;
  const own = view.checker.getSymbolAtLocation(declaration.name);
  const isExported = view.checker.getExportsOfModule(module).some((exported) => {
    const target =
      (exported.flags & ts.SymbolFlags.Alias) !== 0 ? view.checker.getAliasedSymbol(exported) : exported;
    return target === own;
  });
  return isExported ? declaration.name.text : null;
}

/** The text of a literal option; undefined where it is not given; the node where it is not a literal. */
function literalOption(
  view: ProgramView,
  options: TS.ObjectLiteralExpression,
  name: string,
): string | TS.Node | undefined {
  const property = options.properties.find((at) => at.name !== undefined && propertyText(at.name) === name);
  if (property === undefined) {
    const spread = options.properties.find(ts.isSpreadAssignment);
    const isHidden =
      spread !== undefined &&
      view.checker.getPropertyOfType(view.checker.getTypeAtLocation(spread.expression), name) !== undefined;
    return isHidden ? spread : undefined;
  }
  if (!ts.isPropertyAssignment(property)) return property;
  const value = unwrap(property.initializer);
  return ts.isStringLiteralLike(value) || ts.isNumericLiteral(value) ? value.text : property.initializer;
}

/** As {@link literalOption}, for `true` and `false`. Of a spread nothing is asked: what it holds, the runtime checks. */
function booleanOption(options: TS.ObjectLiteralExpression, name: string): boolean | TS.Node | undefined {
  const property = options.properties.find((at) => at.name !== undefined && propertyText(at.name) === name);
  if (property === undefined) return undefined;
  if (!ts.isPropertyAssignment(property)) return property;
  const { kind } = unwrap(property.initializer);
  if (kind === ts.SyntaxKind.TrueKeyword || kind === ts.SyntaxKind.FalseKeyword)
    return kind === ts.SyntaxKind.TrueKeyword;
  return property.initializer;
}

function propertyText(name: TS.PropertyName): string | null {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : null;
}

function closedSignals(view: ProgramView, options: TS.ObjectLiteralExpression): ReadonlySet<string> | null {
  const property = options.properties.find(
    (at) => at.name !== undefined && propertyText(at.name) === "signals",
  );
  if (property === undefined || !ts.isPropertyAssignment(property)) return null;
  const list = unwrap(property.initializer);
  if (!ts.isArrayLiteralExpression(list)) return null;
  const names = list.elements.map((element) => signalName(view, element));
  return names.every((name): name is string => name !== null) ? new Set(names) : null;
}

/** One current workflow for each name; further entrypoints (`current: false`) share it. */
function withoutDuplicates(
  roots: readonly WorkflowRoot[],
  linked: readonly WorkflowRoot[],
  report: (problem: Problem) => void,
): readonly WorkflowRoot[] {
  // Two packages that both have one name are no mistake of this program, unless it has the name as well.
  const elsewhere = linked.filter(({ current }) => current);
  const byName = new Map<string, WorkflowRoot>(elsewhere.map((root) => [root.name, root]));
  for (const root of roots) {
    if (!root.current) continue;
    const first = byName.get(root.name);
    if (first === undefined) {
      byName.set(root.name, root);
      continue;
    }
    report({
      code: "CTM3003",
      node: root.call.expression,
      message: `Two workflows of this program are named \`${root.name}\`, and a stored run could not tell which one it is.`,
      hint: 'Give one of them a name of its own: workflow({ name: "…", version: 1 }, …). An older version of the same workflow says current: false.',
      related: { text: `the other \`${root.name}\``, node: first.call.expression },
    });
  }
  return roots.filter((root) => !root.current || byName.get(root.name) === root);
}
