/*
 * What recognition and analysis know of a program, handed from pass to pass. Passes read it; none changes what another wrote.
 *
 *   recognize  fills ProgramModel: workflows, coloured functions, effect calls, references to Promise
 *   analyze    reads it, gives diagnostics
 *   version    reads it, gives a hash per workflow and the place of each function
 *   manifest   reads both, gives a manifest per workflow
 *   rewrite    reads ProgramModel and manifests, gives emitted files
 *
 * Nodes are identities and positions here; only recognise and rewrite look inside them.
 */
import type { EffectKind } from "@continuum/contract";
import type { TS } from "../compiler/ts.js";

export type FunctionNode =
  TS.FunctionDeclaration | TS.FunctionExpression | TS.ArrowFunction | TS.MethodDeclaration;

/** A call of `workflow(options, async …)` that is the initialiser of an exported const. */
export interface WorkflowDefinition {
  readonly name: string;
  readonly label: string;
  /** False for a further entrypoint of its name: one that runs of an older version keep. */
  readonly current: boolean;
  readonly call: TS.CallExpression;
  readonly body: FunctionNode;
  readonly file: TS.SourceFile;
  /** Everything that workflow code of this workflow can reach, in the order of first reference, its body first. */
  readonly reaches: readonly Reached[];
}

/** A declaration of the project that a workflow reaches, with one path to it for messages. */
export interface Reached {
  readonly declaration: TS.Node;
  readonly path: readonly PathStep[];
}

/** "`settle` calls `priceOf`", with the place of the reference. */
export interface PathStep {
  readonly from: string;
  readonly to: string;
  readonly reference: TS.Node;
}

/** A function whose form changes: an async function that workflow code reaches. */
export interface ColouredFunction {
  readonly node: FunctionNode;
  /** Set when this is the function given to `workflow(…)` itself. */
  readonly workflow: WorkflowDefinition | null;
}

/** The function that an activity call names: a durable name, and the expression by which this module reaches it. */
export interface ActivityReference {
  readonly name: string;
  /** The callee expression as written: `payments.charge`. */
  readonly callee: TS.Expression;
  readonly args: readonly TS.Expression[];
  readonly declaration: TS.Node;
}

/** What stands in `compensate:`. */
export type CompensateOption =
  | { readonly kind: "call"; readonly node: TS.CallExpression; readonly activity: ActivityReference }
  /** A function whose returned calls are activity calls. */
  | {
      readonly kind: "function";
      readonly node: TS.Expression;
      readonly calls: ReadonlyMap<TS.CallExpression, ActivityReference>;
    }
  | { readonly kind: "none" };

/** The `flow.run(input)` in `child(flow.run(input))`: names the workflow and its input, and is not called. */
export interface ChildRun {
  readonly flow: TS.Expression;
  readonly args: readonly TS.Expression[];
}

export interface EffectCall {
  readonly kind: EffectKind;
  readonly node: TS.CallExpression;
  readonly file: TS.SourceFile;
  /** The innermost enclosing function-like; the file for module level. */
  readonly enclosing: TS.Node;
  /** Activity, literal signal name, child workflow, patch or log level. */
  readonly target: string | null;
  readonly activity: ActivityReference | null;
  readonly compensate: CompensateOption | null;
  /** Of `child(…)` only: the other effects of children take the workflow or its reference as it is. */
  readonly child: ChildRun | null;
  /** An element of the array literal of `Promise.race` or `Promise.any` (R24). */
  readonly contender: boolean;
}

/** A workflow of a program that this one is linked with. */
export interface LinkedWorkflow {
  readonly name: string;
  readonly call: TS.CallExpression;
}

export interface ProgramModel {
  readonly workflows: readonly WorkflowDefinition[];
  readonly linkedWorkflows: readonly LinkedWorkflow[];
  readonly coloured: ReadonlyMap<FunctionNode, ColouredFunction>;
  /** In workflow code only, by node. */
  readonly effects: ReadonlyMap<TS.CallExpression, EffectCall>;
  /** Identifiers in workflow code that mean the global `Promise` as a value. */
  readonly promises: ReadonlySet<TS.Identifier>;
}
