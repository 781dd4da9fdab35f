import type { Fix } from "./fix.js";

/** A place in a source file: `file` relative to its package root, line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Offsets into the text, for hosts that make TypeScript diagnostics of it. */
  readonly start: number;
  readonly length: number;
}

/** One mistake or warning, as data; hosts give it its form. */
export interface Diagnostic {
  readonly code: `CTM${number}`;
  readonly severity: "error" | "warning";
  /** Absolute file name, for hosts. */
  readonly fileName: string;
  readonly place: Place;
  /** What is wrong. */
  readonly message: string;
  /** What to type instead; names an API that exists. */
  readonly hint: string;
  /** From the workflow to the place: each a text such as "`settle` calls `priceOf`" with its own place. */
  readonly path: readonly { readonly text: string; readonly fileName: string; readonly place: Place }[];
  /** Changes that an editor can offer: each makes the diagnostic go away. Often none. */
  readonly fixes: readonly Fix[];
}
