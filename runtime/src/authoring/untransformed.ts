/*
 * What a module that was not compiled is told. The lines are exact, so that they can be copied.
 */
import { ContinuumError } from "../core/continuum-error.js";
import { currentRun } from "../core/current.js";

/** CTM1001: `workflow()` got an ordinary function. */
export function untransformed(): ContinuumError {
  return new ContinuumError({
    code: "CTM1001",
    message:
      "A workflow module was loaded that Continuum's transformer has not compiled; its workflows would not survive a crash. " +
      "tsc, tsx, esbuild and Node's own type stripping drop the transformer in silence.",
    hint: [
      "compile with tspc (npm install --save-dev ts-patch, then `tspc -p .` in place of `tsc -p .`), and add to tsconfig.json:",
      "",
      "    {",
      '      "compilerOptions": {',
      '        "plugins": [{ "transform": "@continuum/transformer/ts-patch", "transformProgram": true }]',
      "      }",
      "    }",
      "",
      "  Under Vitest or Vite, add the plugin to the configuration instead:",
      "",
      '    import continuum from "@continuum/unplugin/vite";',
      "    export default defineConfig({ plugins: [continuum()] });",
    ].join("\n"),
  });
}

/** CTM3901 or CTM3902: an effect was called as the ordinary function that it is not. */
export function uncompiledEffect(effect: string): ContinuumError {
  if (currentRun() === null) return outsideRun(effect);
  return new ContinuumError({
    code: "CTM3902",
    message: `${effect}() was called by workflow code in a module that Continuum's transformer has not compiled.`,
    hint:
      "Compile the module together with the workflow: include it in the same tsconfig.json, built by tspc, or give it to the " +
      "Vite plugin. A dependency must itself be built with the transformer.",
  });
}

/** CTM3901: compiled or not, there is no run here. */
export function outsideRun(effect: string): ContinuumError {
  return new ContinuumError({
    code: "CTM3901",
    message: `${effect}() was called outside of a run.`,
    hint:
      "Effects belong in the function given to workflow(…), or in functions that it calls: not at the top of a module, in an " +
      "activity, or in a callback that a library calls later. If this is in a run, two copies of @continuum/runtime are installed.",
  });
}

/** CTM3905: `flow.run(input)` was called, which only the compiler reads. */
export function runCalled(workflow: string): ContinuumError {
  return new ContinuumError({
    code: "CTM3905",
    message: `${workflow}.run() was called: it stands for a run only inside child(…), in a module that Continuum's transformer has compiled.`,
    hint: `In a workflow, write child(${workflow}.run(input)) or startChild(${workflow}, input), and compile its module. Outside of one, write continuum.start(${workflow}, input).`,
  });
}
