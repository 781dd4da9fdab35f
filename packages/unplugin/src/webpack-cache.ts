/*
 * What webpack builds again, and when. Modules that it kept, in memory or in its cache on disk, are built again when Continuum would compile them otherwise: an
 * untouched helper that a workflow begins to reach, a workflow whose helper changed, a mistake that was mended elsewhere.
 */
import type { Compiler, NormalModule } from "webpack";

const SIGNATURE = "continuumSignature";

/** Remembers, in webpack's own record of the module that a loader works on, what it was compiled for. */
export function noteSignature(module: unknown, signature: string): void {
  const { buildInfo } = module as NormalModule;
  if (buildInfo !== undefined) (buildInfo as Record<string, unknown>)[SIGNATURE] = signature;
}

/** Asks `signatureOf` for each module that has a note and that webpack would keep. */
export function rebuildStaleModules(compiler: Compiler, signatureOf: (fileName: string) => string): void {
  const { NormalModule } = compiler.webpack;
  compiler.hooks.compilation.tap("continuum", (compilation) => {
    NormalModule.getCompilationHooks(compilation).needBuild.tapAsync("continuum", (module, _, callback) => {
      const noted = (module.buildInfo as Record<string, unknown> | undefined)?.[SIGNATURE];
      const fileName = module.resource.replaceAll("\\", "/").replace(/\?.*$/, "");
      if (typeof noted === "string" && noted !== signatureOf(fileName)) callback(null, true);
      else callback();
    });
  });
}

/** Makes webpack build again when one of `files` changes, which may be in no bundle. */
export function watchAlso(compiler: Compiler, files: () => Iterable<string>): void {
  compiler.hooks.afterCompile.tap("continuum", ({ fileDependencies }) => fileDependencies.addAll(files()));
}
