/*
 * The compiler options with which bundlers' projects are compiled.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

/**
 * The user's options, but for where and in which module format the output goes: bundlers want ES modules and a map. A project that
 * gives declarations to others stays one that does: its exports are compiled to serve their workflows, as in a build.
 */
export function moduleOptions(options: TS.CompilerOptions): TS.CompilerOptions {
  const module = options.module ?? ts.ModuleKind.ESNext;
  const isNode = module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext;
  const moduleResolution =
    options.moduleResolution ?? (isNode ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler);
  return {
    ...options,
    module: ts.ModuleKind.ESNext,
    moduleResolution,
    target: options.target ?? ts.ScriptTarget.ESNext,
    sourceMap: true,
    inlineSources: true,
    inlineSourceMap: false,
    noEmit: false,
    noEmitOnError: false,
    emitDeclarationOnly: false,
    declaration: options.declaration ?? options.composite ?? false,
    declarationMap: false,
    composite: false,
    incremental: false,
    removeComments: false,
    importHelpers: false,
  };
}
