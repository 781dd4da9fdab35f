import type { TS } from "../compiler/ts.js";
import type { PathStep } from "./model.js";

/** A mistake or a warning with its node; `diagnostics/` gives it a place and a text. */
export interface Problem {
  readonly code: `CTM${number}`;
  readonly severity?: "error" | "warning";
  readonly node: TS.Node;
  readonly message: string;
  readonly hint: string;
  /** From the workflow to the unit that `node` stands in; empty for what concerns no workflow's code. */
  readonly path?: readonly PathStep[];
  /** A second place that the message speaks of. */
  readonly related?: { readonly text: string; readonly node: TS.Node };
}
