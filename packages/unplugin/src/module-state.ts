/*
 * What a bundler needs to know of one module: its compiled code, what is wrong with it, and a signature of both, by which a module
 * that the bundler kept from an earlier build is known to be stale.
 */
import type { Project } from "@continuum/transformer";
import { buildError, warningsOf } from "./build-error.js";
import type { BuildError } from "./build-error.js";

export interface ModuleState {
  /** Null where the module holds no workflow code: whatever compiles it otherwise may do so. */
  readonly compiled: { readonly code: string; readonly map: SourceMap } | null;
  readonly error: BuildError | null;
  readonly warnings: readonly string[];
}

/** Version 3, of one source. */
export interface SourceMap {
  readonly version: 3;
  readonly sources: string[];
  readonly sourcesContent?: string[];
  readonly names: string[];
  readonly mappings: string;
}

/** Compiles a module as it is on disk now. */
export function moduleState(project: Project, fileName: string): ModuleState {
  const compiled = project.compileModule(fileName);
  const diagnostics = project.diagnostics();
  return {
    compiled: compiled === null ? null : { code: compiled.code, map: mapOf(compiled.map, fileName) },
    error: buildError(fileName, diagnostics),
    warnings: warningsOf(fileName, diagnostics),
  };
}

/** The compiler's map starts from the folder that it would write to, which means nothing to a bundler. */
function mapOf(text: string, fileName: string): SourceMap {
  const { mappings, names, sourcesContent } = JSON.parse(text) as SourceMap;
  return {
    version: 3,
    sources: [fileName],
    names,
    mappings,
    ...(sourcesContent === undefined ? {} : { sourcesContent }),
  };
}

/** Differs as soon as a module would come out otherwise, though its own text has not changed. */
export function signatureOf(project: Project, fileName: string): string {
  const error = buildError(fileName, project.diagnostics())?.message ?? "";
  return `${project.dependent().get(fileName) ?? ""}\n${error}`;
}
