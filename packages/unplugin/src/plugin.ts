/*
 * Purpose: the compiler as a bundler's plugin.
 * Owns: one project per plugin instance; which modules have to be built again after an edit.
 * Does not own: what is compiled (the transformer's project), how a mistake is worded.
 *
 * Invariants
 *  1. A module is compiled from the whole program, so a helper that a workflow of another file begins to reach is built
 *     again, although its own text did not change.
 *  2. A module with a mistake, or with a workflow that reaches one, fails to build. Nothing else does.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigurationError, openWorkspace } from "@continuum/transformer";
import type { Project } from "@continuum/transformer";
import { createUnplugin } from "unplugin";
import type { UnpluginBuildContext, UnpluginContext } from "unplugin";
import type { ViteDevServer } from "vite";
import { configurationFailure } from "./build-error.js";
import type { BuildError } from "./build-error.js";
import { invalidateStale } from "./dev-server.js";
import { moduleState, signatureOf } from "./module-state.js";
import type { ModuleState } from "./module-state.js";
import { checkOptions } from "./options.js";
import type { ContinuumOptions } from "./options.js";
import { noteSignature, rebuildStaleModules, watchAlso } from "./webpack-cache.js";

const SOURCES = /\.[cm]?tsx?(\?.*)?$/;
const NOT_SOURCES = [
  /\/node_modules\//,
  /\.d\.[cm]?ts(\?.*)?$/,
  /[?&](raw|url|worker|sharedworker|inline)\b/,
];
export const continuumPlugin = createUnplugin<ContinuumOptions | undefined, false>((options = {}, meta) => {
  checkOptions(options);
  let root = process.cwd();
  let project: Project | null = null;
  const servers = new Set<ViteDevServer>();
  /** What the modules of the last build were made from: also while a tsconfig is broken, and a mended one must be seen. */
  let inputs: ReadonlySet<string> = new Set();
  /** What the current build was told to watch, and of what that was all. */
  let watched = new Set<string>();
  let told: ReadonlySet<string> | null = null;
  /** Of Rollup: modules that came compiled, before any other plugin saw them. */
  const loaded = new Set<string>();

  const opened = (): Project => {
    const { tsconfig = root, ...others } = options;
    project ??= openWorkspace({ ...others, tsconfig, currentDirectory: root });
    return project;
  };
  /** Where a tsconfig should be that could not be read. */
  const tsconfigOf = (): string => {
    const path = resolve(root, options.tsconfig ?? ".").replaceAll("\\", "/");
    return path.endsWith(".json") ? path : `${path}/tsconfig.json`;
  };
  const signature = (fileName: string): string =>
    unlessMisconfigured(
      () => signatureOf(opened(), fileName),
      ({ message }) => message,
    );

  /** Types are in no bundle, and tsconfigs in no graph of modules, but edits of them may change any module. */
  const watchInputs = (bundler: Bundler): void => {
    // webpack is told after each compilation, of all at once.
    if (told === inputs || meta.framework === "webpack") return;
    told = inputs;
    // A dev server watches its root by itself, and would take a file that a module adds for one that the module imports.
    const isServed = (file: string): boolean => servers.size > 0 && file.startsWith(`${root}/`);
    const added = [...inputs].filter((file) => !watched.has(file) && !isServed(file));
    for (const server of servers) server.watcher.add(added);
    for (const file of added) {
      watched.add(file);
      if (servers.size === 0) bundler.addWatchFile(file);
    }
  };

  /** The state of a module, its mistakes handed to the bundler; so are those of the tsconfig, which concern every module. */
  const reported = (id: string, bundler: Bundler): ModuleState => {
    const state = unlessMisconfigured(() => moduleState(opened(), fileNameOf(id)), misconfigured);
    inputs = unlessMisconfigured(
      () => opened().inputs(),
      () => new Set([...inputs, tsconfigOf()]),
    );
    watchInputs(bundler);
    for (const warning of state.warnings) bundler.warn(warning);
    if (state.error !== null) bundler.error(state.error);
    return state;
  };

  return {
    name: "continuum",
    enforce: "pre",
    buildStart() {
      // Not every bundler tells what changed since its last build.
      project?.changed(root);
      watched = new Set();
      told = null;
    },
    transform: {
      filter: { id: { include: SOURCES, exclude: NOT_SOURCES } },
      handler(code, id) {
        if (loaded.has(id)) return null;
        const fileName = fileNameOf(id);
        const native = this.getNativeBuildContext?.();
        if (native?.framework === "webpack")
          noteSignature(native.loaderContext?._module, signature(fileName));
        const { compiled, error } = reported(id, this);
        if (compiled === null || error !== null) return null;
        requireUntouched(code, fileName);
        return compiled;
      },
    },
    watchChange(this: UnpluginBuildContext & Partial<UnpluginContext>, id) {
      if (project === null) return;
      const digests = (): ReadonlyMap<string, string> =>
        unlessMisconfigured(
          () => opened().dependent(),
          () => new Map(),
        );
      const before = servers.size > 0 ? digests() : null;
      project.changed(id);
      if (before !== null) invalidateStale(servers, before, digests());
    },
    // Rollup asks for the text of every module again in each build, so a module that would come out otherwise is built anew; and
    // its plugin for TypeScript loads modules compiled, which would leave nothing to do for a transform.
    rollup: {
      load(id) {
        loaded.delete(id);
        if (!SOURCES.test(id) || NOT_SOURCES.some((each) => each.test(id))) return null;
        // Rollup watches only what it has read itself.
        this.addWatchFile(fileNameOf(id));
        const { compiled } = reported(id, this);
        if (compiled === null) return null;
        loaded.add(id);
        return compiled;
      },
    },
    webpack(compiler) {
      root = compiler.context;
      rebuildStaleModules(compiler, signature);
      watchAlso(compiler, () => inputs);
    },
    esbuild: {
      onLoadFilter: SOURCES,
      config(settings) {
        root = settings.absWorkingDir ?? root;
      },
    },
    vite: {
      configResolved(config) {
        root = config.root;
      },
      configureServer(server) {
        servers.add(server);
        server.httpServer?.once("close", () => servers.delete(server));
      },
    },
  };
});

/** Of the plugin contexts, what all of them have. Some throw for an error, others go on to the next module. */
interface Bundler {
  addWatchFile(file: string): void;
  warn(message: string): void;
  error(error: BuildError): void;
}

/** What a tsconfig says is wrong until it is edited again, and a bundler that follows edits must live that long. */
function unlessMisconfigured<T>(ask: () => T, otherwise: (error: ConfigurationError) => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ConfigurationError) return otherwise(error);
    throw error;
  }
}

function misconfigured(error: ConfigurationError): ModuleState {
  return { compiled: null, error: configurationFailure(error), warnings: [] };
}

function fileNameOf(id: string): string {
  return id.replace(/\?.*$/, "").replaceAll("\\", "/");
}

/** The compiler reads the file itself, so what another plugin did to it before would be lost in silence. */
function requireUntouched(code: string, fileName: string): void {
  if (withoutMark(code) === withoutMark(readFileSync(fileName, "utf8"))) return;
  throw new ConfigurationError(
    "CTM1309",
    `Another plugin changed ${fileName} before Continuum's, which compiles the file as it is on disk.`,
    "Put continuum() first in the list of plugins.",
  );
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}
