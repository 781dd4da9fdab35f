/*
 * What people are told of an effect call where it stands: what it asks for, under which identity, and what happens when it fails.
 */
import { DEFAULT_RETRY } from "@continuum/contract";
import type { EffectKind } from "@continuum/contract";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { EffectCall, ProgramModel, WorkflowDefinition } from "../ir/model.js";
import type { WorkflowVersion } from "../ir/version.js";
import type { SiteKeys } from "./site-keys.js";

/** A value of a policy, as it is written in the program, and who says it. */
export interface PolicyPart {
  /** `maxAttempts`, `timeout`. */
  readonly name: string;
  /** Source text: `5`, `minutes(2)`. */
  readonly value: string;
  readonly from: "call" | "definition" | "default";
}

/** An effect call of workflow code. */
export interface EffectSummary {
  /** Absolute. */
  readonly fileName: string;
  /** Of the whole call, as offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** Of the name that is called: `activity`, `log.info`. */
  readonly nameEnd: number;
  readonly kind: EffectKind;
  /** Activity, signal, child workflow, patch or log level; null where there is none or it is computed. */
  readonly target: string | null;
  /** The key that compiled code carries; null where the program has errors. */
  readonly key: string | null;
  /** The lasting id in each workflow that reaches the call; empty where the program has errors. */
  readonly sites: readonly { readonly workflow: string; readonly id: string }[];
  /** Of activities: the retry policy and the timeouts in force. */
  readonly policy: readonly PolicyPart[];
}

/** What is known of the versions of a program without errors. */
export interface Identities {
  readonly versions: ReadonlyMap<WorkflowDefinition, WorkflowVersion>;
  readonly keys: SiteKeys;
}

/** All effect calls of workflow code, in no order. */
export function summarizeEffects(
  view: ProgramView,
  model: ProgramModel,
  identities: Identities | null,
): readonly EffectSummary[] {
  const sites = new Map<EffectCall, { readonly workflow: string; readonly id: string }[]>();
  for (const [workflow, version] of identities?.versions ?? []) {
    for (const { id, effect } of version.sites) {
      const known = sites.get(effect) ?? [];
      sites.set(effect, known);
      known.push({ workflow: workflow.name, id });
    }
  }
  return [...model.effects.values()].map((effect) => ({
    fileName: effect.file.fileName,
    start: effect.node.getStart(effect.file),
    end: effect.node.end,
    nameEnd: effect.node.expression.end,
    kind: effect.kind,
    target: effect.target,
    key: identities?.keys.siteKeyOf(effect) ?? null,
    sites: sites.get(effect) ?? [],
    policy: effect.kind === "activity" ? policyOf(view, effect) : [],
  }));
}

const TIMEOUTS = ["timeout", "heartbeatTimeout"] as const;

/** Options at the call over those of `defineActivity` over the defaults, member by member, as the runtime merges them. */
function policyOf(view: ProgramView, effect: EffectCall): readonly PolicyPart[] {
  const parts = new Map<string, PolicyPart>();
  for (const [name, value] of Object.entries(DEFAULT_RETRY))
    parts.set(name, { name, value: JSON.stringify(value), from: "default" });
  const definition = effect.activity === null ? undefined : definitionOf(view, effect.activity.declaration);
  take(parts, definition?.arguments[0], "definition");
  take(parts, effect.node.arguments[1], "call");
  return [...parts.values()];
}

function take(
  parts: Map<string, PolicyPart>,
  options: TS.Expression | undefined,
  from: PolicyPart["from"],
): void {
  const members = literalMembers(options);
  const retry = members.get("retry");
  for (const [name, value] of literalMembers(retry)) parts.set(name, { name, value: value.getText(), from });
  // Not written out here, so only its text can be shown.
  if (retry !== undefined && !ts.isObjectLiteralExpression(unwrap(retry)))
    parts.set("retry", { name: "retry", value: retry.getText(), from });
  for (const name of TIMEOUTS) {
    const value = members.get(name);
    if (value !== undefined) parts.set(name, { name, value: value.getText(), from });
  }
}

function literalMembers(node: TS.Expression | undefined): ReadonlyMap<string, TS.Expression> {
  const literal = node === undefined ? undefined : unwrap(node);
  const members = new Map<string, TS.Expression>();
  if (literal === undefined || !ts.isObjectLiteralExpression(literal)) return members;
  for (const property of literal.properties) {
    if (ts.isPropertyAssignment(property)) members.set(nameOf(property.name), property.initializer);
    if (ts.isShorthandPropertyAssignment(property)) members.set(property.name.text, property.name);
  }
  return members;
}

function nameOf(name: TS.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : name.getText();
}

/** The `defineActivity(…)` that a declaration holds. */
function definitionOf(view: ProgramView, declaration: TS.Node): TS.CallExpression | undefined {
  const held = ts.isVariableDeclaration(declaration)
    ? declaration.initializer
    : ts.isExportAssignment(declaration)
      ? declaration.expression
      : undefined;
  const call = held === undefined ? undefined : unwrap(held);
  if (call === undefined || !ts.isCallExpression(call)) return undefined;
  return view.authoringName(unwrap(call.expression)) === "defineActivity" ? call : undefined;
}
