import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { Mutations, UnitFacts } from "../ir/facts.js";
import type { Flows } from "./flows.js";
import type { Family } from "./known-apis.js";
import type { Judgement } from "./judge.js";

/** Where a rule looks: at nodes of these kinds, or at whatever has been judged to be impure or unknown. */
export type LooksAt = readonly (keyof typeof TS.SyntaxKind)[] | "what is judged";

/** One rule: one code, one file, one fixture folder. */
export interface Rule {
  readonly code: `CTM${number}`;
  /** An error, unless this says otherwise. */
  readonly severity?: "warning";
  /** It has nothing to say of any other node: there are some hundred thousand, and two dozen rules. */
  readonly looksAt: LooksAt;
  /** Nodes at which it looks, whatever they were judged to be. */
  readonly looksAlsoAt?: readonly (keyof typeof TS.SyntaxKind)[];
  /** Called for each such node of workflow code, parents first. */
  check(node: TS.Node, context: RuleContext): void;
}

export interface RuleContext {
  readonly view: ProgramView;
  readonly unit: UnitFacts;
  /** What the node names outside the project, where it does. */
  readonly judgement: Judgement | null;
  readonly mutations: Mutations;
  /** What a value was before it lost its type. */
  readonly flows: Flows;
  /** Which texts of the program a value may be. */
  readonly texts: Flows;
  report(
    node: TS.Node,
    message: string,
    hint: string,
    related?: { readonly text: string; readonly node: TS.Node },
  ): void;
}

/** The rules that look at a node, in their order, by its kind and by whether it was judged. */
export function byKind(rules: readonly Rule[]): (kind: TS.SyntaxKind, isJudged: boolean) => readonly Rule[] {
  const found = {
    judged: new Map<TS.SyntaxKind, readonly Rule[]>(),
    other: new Map<TS.SyntaxKind, readonly Rule[]>(),
  };
  return (kind, isJudged) => {
    const known = isJudged ? found.judged : found.other;
    let here = known.get(kind);
    if (here === undefined) {
      const isOfKind = (name: keyof typeof TS.SyntaxKind): boolean => ts.SyntaxKind[name] === kind;
      here = rules.filter(
        ({ looksAt, looksAlsoAt }) =>
          (looksAt === "what is judged" ? isJudged : looksAt.some(isOfKind)) ||
          (looksAlsoAt?.some(isOfKind) ?? false),
      );
      known.set(kind, here);
    }
    return here;
  };
}

/** A rule on the known APIs of one family, with the hint for those that have none of their own. */
export interface FamilyRule extends Rule {
  readonly family: Family;
  readonly hint: string;
}

/** The rule of a family of known APIs; `says` follows the name in the message, `hint` is the default one. */
export function familyRule(code: `CTM${number}`, family: Family, says: string, hint: string): FamilyRule {
  return {
    code,
    family,
    hint,
    looksAt: "what is judged",
    check(_node, { judgement, report }) {
      if (judgement?.kind !== "impure" || judgement.family !== family) return;
      const text = judgement.node.getText().replace(/\s+/g, " ");
      report(
        judgement.node,
        `\`${text.length > 60 ? `${text.slice(0, 57)}…` : text}\` ${says}`,
        judgement.hint ?? hint,
      );
    },
  };
}
