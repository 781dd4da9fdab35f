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
import { ConfigurationError, openProject } from "@continuum/transformer";
import type { Project } from "@continuum/transformer";
import { createUnplugin } from "unplugin";
import type { UnpluginBuildContext, UnpluginContext } from "unplugin";
import type { EnvironmentModuleNode, ViteDevServer } from "vite";
import { buildError, warningsOf } from "./build-error.js";
import { checkOptions } from "./options.js";
import type { ContinuumOptions } from "./options.js";

const SOURCES = /\.[cm]?tsx?(\?.*)?$/;
const NOT_SOURCES = [
  /\/node_modules\//,
  /\.d\.[cm]?ts(\?.*)?$/,
  /[?&](raw|url|worker|sharedworker|inline)\b/,
];
const CONFIGURATION = /\/(tsconfig[^/]*|package)\.json$/;

export const continuumPlugin = createUnplugin<ContinuumOptions | undefined, false>((options = {}) => {
  checkOptions(options);
  let root = process.cwd();
  let isWatchedBuild = false;
  let project: Project | null = null;
  const servers = new Set<ViteDevServer>();

  const opened = (): Project => {
    const { tsconfig = root, ...others } = options;
    project ??= openProject({ ...others, tsconfig, currentDirectory: root });
    return project;
  };

  /** Modules of `server` whose output differs from what was built of them. */
  const invalidate = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void => {
    const stale = new Set(
      [...before.keys(), ...after.keys()].filter((file) => before.get(file) !== after.get(file)),
    );
    for (const module of modulesOf(servers, stale)) module.graph.invalidateModule(module.node);
  };

  return {
    name: "continuum",
    enforce: "pre",
    transform: {
      filter: { id: { include: SOURCES, exclude: NOT_SOURCES } },
      handler(code, id) {
        const fileName = fileNameOf(id);
        const current = opened();
        const compiled = current.compileModule(fileName);
        const diagnostics = current.diagnostics();
        for (const warning of warningsOf(fileName, diagnostics)) this.warn(warning);
        const error = buildError(fileName, diagnostics);
        if (error !== null) return this.error(error);
        if (isWatchedBuild) for (const file of current.dependent().keys()) this.addWatchFile(file);
        if (compiled === null) return null;
        requireUntouched(code, fileName);
        return { code: compiled.code, map: compiled.map };
      },
    },
    watchChange(this: UnpluginBuildContext & Partial<UnpluginContext>, id) {
      if (project === null) return;
      if (CONFIGURATION.test(id)) {
        project.close();
        project = null;
        return;
      }
      const before = project.dependent();
      project.changed(id);
      if (servers.size > 0) invalidate(before, project.dependent());
    },
    vite: {
      configResolved(config) {
        root = config.root;
        isWatchedBuild = config.command === "build" && config.build.watch !== null;
      },
      configureServer(server) {
        servers.add(server);
        server.httpServer?.once("close", () => servers.delete(server));
      },
    },
  };
});

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

type Graph = ViteDevServer["environments"][string]["moduleGraph"];

function* modulesOf(
  servers: Iterable<ViteDevServer>,
  files: ReadonlySet<string>,
): Generator<{ readonly graph: Graph; readonly node: EnvironmentModuleNode }> {
  for (const server of servers) {
    for (const environment of Object.values(server.environments)) {
      for (const file of files) {
        for (const node of environment.moduleGraph.getModulesByFile(file) ?? [])
          yield { graph: environment.moduleGraph, node };
      }
    }
  }
}
