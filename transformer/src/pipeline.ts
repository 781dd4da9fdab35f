/*
 * compile(program) → files, manifests, diagnostics. The table of contents of the transformer: one line per pass.
 * Synchronous, without I/O: everything that a host reads or writes stays in the host.
 */
import type { WorkflowManifest } from "@continuum/contract";
import type { TS } from "./compiler/ts.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";

export interface CompileOptions {
  /** Modules (or names of them) whose purity the user vouches for. The same key in every host. */
  readonly trustedModules?: readonly (string | { readonly module: string; readonly names: readonly string[] })[];
  /** `"off"`: colours everything and skips determinism; for tests of the compiler only. */
  readonly analysis?: "on" | "off";
}

export interface Compilation {
  /** All of the program, in source order. */
  readonly diagnostics: readonly Diagnostic[];
  /** By workflow name. */
  readonly manifests: ReadonlyMap<string, WorkflowManifest>;
  /** A `before` transformer for `program.emit`; files that nothing changes pass through untouched. */
  readonly transformer: TS.TransformerFactory<TS.SourceFile>;
  /** Files whose emission depends on more than their own text, each with a digest of what it depends on. */
  readonly dependent: ReadonlyMap<string, string>;
}
