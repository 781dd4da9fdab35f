import type { TS } from "../compiler/ts.js";
import type { PathStep } from "./model.js";

/** A step of a path through a package's JavaScript, which is no part of the program: a place as data. */
export interface PackageStep {
  readonly text: string;
  /** Absolute. */
  readonly fileName: string;
  /** For people: `nanoid/index.js`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly length: number;
}

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
  /** From `node` on through packages, to what is wrong there. */
  readonly packagePath?: readonly PackageStep[];
}
