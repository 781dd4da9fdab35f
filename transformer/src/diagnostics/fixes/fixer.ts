import type { ProgramView } from "../../compiler/program-view.js";
import type { TS } from "../../compiler/ts.js";
import type { ReachedUnit } from "../../ir/facts.js";
import type { Problem } from "../../ir/problem.js";
import type { Fix } from "../fix.js";

/** What is known of a program where fixes are looked for. */
export interface ProgramKnowledge {
  /** All workflow code of the program. */
  readonly reached: readonly ReachedUnit[];
  /** Can values of the type be stored, and so be arguments and results of activities? */
  isDurable(type: TS.Type): boolean;
}

/** A problem that fixes are looked for. */
export interface FixContext extends ProgramKnowledge {
  readonly view: ProgramView;
  readonly problem: Problem;
}

/** Offers fixes for one kind of mistake; none where it does not see how the code would have to change. */
export type Fixer = (context: FixContext) => readonly Fix[];
