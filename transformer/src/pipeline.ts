/*
 * compile(program) → files, manifests, diagnostics. The table of contents of the transformer: one line per pass.
 * Synchronous, without I/O: everything that a host reads or writes stays in the host.
 */
import type { WorkflowManifest } from "@continuum/contract";
import { analyze } from "./analyze/analyze.js";
import { linkedContent } from "./analyze/shipped/linked-content.js";
import { whyNotDurable } from "./analyze/durability/durable-type.js";
import { trustOf } from "./analyze/trust.js";
import { viewProgram } from "./compiler/program-view.js";
import type { Memory } from "./compiler/memory.js";
import type { FileReader } from "./compiler/packages.js";
import type { TS } from "./compiler/ts.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import { toDiagnostics } from "./diagnostics/locate.js";
import { summarizeEffects } from "./manifest/effect-summaries.js";
import type { EffectSummary } from "./manifest/effect-summaries.js";
import { currentManifests, makeManifests } from "./manifest/manifests.js";
import { assignSiteKeys } from "./manifest/site-keys.js";
import { summarize } from "./manifest/summaries.js";
import type { WorkflowSummary } from "./manifest/summaries.js";
import { recognizeEverything } from "./recognize/everything.js";
import { recognize } from "./recognize/recognize.js";
import { openModel } from "./recognize/open-roots.js";
import { refuseToLoad } from "./rewrite/refuse-to-load.js";
import { rewrite } from "./rewrite/rewrite.js";
import { findUnsupported } from "./rewrite/unsupported.js";
import { checkLinked, linkedKey } from "./summary/check-linked.js";
import { linkProgram, locationsOf } from "./summary/link-program.js";
import { linkedModules } from "./summary/linked-modules.js";
import { relocate } from "./summary/relocate.js";
import { canCompileForOthers, isOpen, summarise } from "./summary/summarise.js";
import { digestOf } from "./summary/summary.js";
import { summaryWriter } from "./summary/write-summaries.js";
import { versionWorkflows } from "./version/versions.js";

export type { EffectSummary, WorkflowSummary };

export interface CompileOptions {
  /** Modules (or names of them) whose purity the user vouches for. The same key in every host. */
  readonly trustedModules?: readonly (
    string | { readonly module: string; readonly names: readonly string[] }
  )[];
  /** `"off"`: colours everything and skips determinism; for tests of the compiler only. */
  readonly analysis?: "on" | "off";
}

export interface Compilation {
  /** All of the program, in source order. */
  readonly diagnostics: readonly Diagnostic[];
  /** By workflow name, of its current version; none when a diagnostic is an error. */
  readonly manifests: ReadonlyMap<string, WorkflowManifest>;
  /** For people: all workflows in source order; without hashes when a diagnostic is an error. */
  readonly workflows: readonly WorkflowSummary[];
  /** For people: all effect calls of workflow code; without identities when a diagnostic is an error. */
  effects(): readonly EffectSummary[];
  /**
   * A `before` transformer for `program.emit`; files that nothing changes pass through untouched. When a diagnostic is an
   * error, modules that define workflows are emitted so that they refuse to load.
   */
  readonly transformer: TS.TransformerFactory<TS.SourceFile>;
  /** By absolute file name: files whose emission depends on more than their own text, each with a digest of what it depends on. */
  readonly dependent: ReadonlyMap<string, string>;
  /**
   * The writer with which a host must emit: declarations get what other programs need to use their modules in workflows, in
   * files beside them. Without declarations it is `write` itself.
   */
  writer(write: TS.WriteFileCallback): TS.WriteFileCallback;
}

/** What is wrong with a program; the rest is made when it is asked for. */
export interface Examination {
  readonly diagnostics: readonly Diagnostic[];
  /** As {@link Compilation.workflows}, without what only an emission needs. */
  workflows(): readonly WorkflowSummary[];
  compiled(): Compilation;
}

/**
 * Compiles a whole program. `files` reads package.json files, by default through the compiler's own system; `memory` is what was found
 * out about the program before its last edit (hosts/edits.ts).
 */
export function compile(
  program: TS.Program,
  options: CompileOptions = {},
  files?: FileReader,
  memory?: Memory,
): Compilation {
  return examine(program, options, files, memory).compiled();
}

/** {@link compile}, up to its verdict. */
export function examine(
  program: TS.Program,
  options: CompileOptions = {},
  files?: FileReader,
  memory?: Memory,
): Examination {
  const linked = linkProgram(program, files);
  const view = viewProgram(linked.program, files, locationsOf(linked), memory);
  const recognition = options.analysis === "off" ? recognizeEverything(view) : recognize(view);
  const { model, problems } = recognition;
  const found = [
    ...problems,
    ...findUnsupported(model, view.memory),
    ...analyze(view, recognition, options),
    ...checkLinked(view, linked, recognition),
  ];
  const diagnostics = toDiagnostics(view, relocate(view, found, trustOf(options.trustedModules ?? [])), {
    reached: recognition.reached,
    isDurable: (type) => whyNotDurable(view, type) === null,
  });
  const isRefused = diagnostics.some(({ severity }) => severity === "error");
  const readFile = files === undefined ? undefined : (path: string) => files.readFile(path);
  const versions = once(() =>
    versionWorkflows(view, model, recognition.mutations, readFile, linkedContent(view.files)),
  );
  const workflows = once(() => summarize(model, view.locationOf, isRefused ? null : versions()));
  const refused = (): Compilation => ({
    diagnostics,
    manifests: new Map(),
    workflows: workflows(),
    effects: () => summarizeEffects(view, model, null),
    writer: (write) => write,
    ...refuseToLoad(model, diagnostics),
  });
  const accepted = (): Compilation => {
    const open = isOpen(program.getCompilerOptions());
    const emitted =
      open && canCompileForOthers(view)
        ? openModel(view, recognition, (part) => findUnsupported(part, view.memory).length === 0)
        : model;
    const keys = assignSiteKeys(emitted, view.locationOf, (effect) => linkedKey(linked, effect));
    const manifests = makeManifests(model, versions(), keys, linkedModules(view, linked, recognition));
    const summaries = open
      ? summarise(program, linked, view.projectFiles, { model: emitted, ...keys })
      : new Map<never, never>();
    const registered = new Map(
      Array.from(summaries, ([file, summary]) => [
        file,
        { meaning: summary.meaning, digest: digestOf(summary) },
      ]),
    );
    return {
      diagnostics,
      manifests: currentManifests(manifests),
      workflows: workflows(),
      effects: () => summarizeEffects(view, model, { versions: versions(), keys }),
      writer: (write) => summaryWriter(summaries, write),
      ...rewrite({ model: emitted, manifests, registered, isLinked: view.isLinked, ...keys }),
    };
  };
  return { diagnostics, workflows, compiled: once(isRefused ? refused : accepted) };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
