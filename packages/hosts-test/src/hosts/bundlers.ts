/*
 * The bundlers, each with a plugin beside Continuum's that keeps what that made of each module, before anything else is done to it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import esbuildPlugin from "@continuum/unplugin/esbuild";
import rollupPlugin from "@continuum/unplugin/rollup";
import vitePlugin from "@continuum/unplugin/vite";
import webpackPlugin from "@continuum/unplugin/webpack";
import typescriptModule from "@rollup/plugin-typescript";
import { build as esbuild } from "esbuild";
import type { BuildFailure, Plugin as EsbuildPlugin, PluginBuild } from "esbuild";
import { rollup } from "rollup";
import type { Plugin as RollupPlugin } from "rollup";
import { build as vite } from "vite";
import type { InlineConfig, Plugin as VitePlugin } from "vite";
import { createVitest } from "vitest/node";
import webpack from "webpack";
import { diagnosticsIn, moduleText, shortPath } from "../outcome.js";
import type { Outcome } from "../outcome.js";
import type { TestedProject } from "../project.js";
import { isCompiled, isRefusing } from "./library.js";

// Its types are those of its CommonJS form, where the plugin is a member.
const typescript = typescriptModule as unknown as typeof typescriptModule.default;
const external = /^(@continuum\/|coins$|stamps$|node:)/;

class Kept {
  readonly #modules: Record<string, string> = {};
  readonly #refusing: Record<string, string> = {};
  readonly messages: string[] = [];
  readonly #project: TestedProject;

  constructor(project: TestedProject) {
    this.#project = project;
  }

  keep(code: string, id: string): void {
    if (!/\/src\/.*\.ts$/.test(id)) return;
    const path = shortPath(this.#project.folder, id);
    if (isCompiled(code)) this.#modules[path] = moduleText(code);
    if (isRefusing(code)) this.#refusing[path] = moduleText(code);
  }

  outcome(): Outcome {
    return {
      modules: this.#modules,
      refusing: this.#refusing,
      diagnostics: diagnosticsIn(this.messages),
    };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const options = ({ folder, trustedModules }: TestedProject) => ({ tsconfig: folder, trustedModules });

function viteConfig(project: TestedProject, kept: Kept): InlineConfig {
  const keeper: VitePlugin = { name: "keeper", enforce: "pre", transform: (code, id) => kept.keep(code, id) };
  return {
    root: project.folder,
    configFile: false,
    customLogger: {
      ...silent,
      warn: (text) => void kept.messages.push(text),
      warnOnce: (text) => void kept.messages.push(text),
    },
    plugins: [vitePlugin(options(project)), keeper],
  };
}

const silent = {
  hasWarned: false,
  info: () => undefined,
  error: () => undefined,
  clearScreen: () => undefined,
  hasErrorLogged: () => false,
};

export async function byVite(project: TestedProject): Promise<Outcome> {
  const kept = new Kept(project);
  try {
    await vite({
      ...viteConfig(project, kept),
      build: {
        ssr: join(project.folder, "src/main.ts"),
        write: false,
        rolldownOptions: { external, onLog: (_, { message }) => void kept.messages.push(message) },
      },
    });
  } catch (error) {
    kept.messages.push(messageOf(error));
  }
  return kept.outcome();
}

export async function byVitest(project: TestedProject): Promise<Outcome> {
  const kept = new Kept(project);
  // Vitest has a logger of its own.
  const heard = new Writable({
    write(chunk, _, done) {
      kept.messages.push(String(chunk));
      done();
    },
  });
  const vitest = await createVitest(
    "test",
    {
      root: project.folder,
      watch: false,
      config: false,
      include: ["src/main.ts"],
      reporters: [{}],
      pool: "threads",
    },
    { ...viteConfig(project, kept), ssr: { external: ["coins", "stamps"] } },
    { stdout: heard, stderr: heard },
  );
  try {
    const { testModules } = await vitest.start();
    for (const module of testModules) for (const error of module.errors()) kept.messages.push(error.message);
  } finally {
    await vitest.close();
  }
  return kept.outcome();
}

export async function byRollup(project: TestedProject): Promise<Outcome> {
  const kept = new Kept(project);
  const keeper: RollupPlugin = { name: "keeper", transform: (code, id) => kept.keep(code, id) };
  try {
    const bundle = await rollup({
      input: join(project.folder, "src/main.ts"),
      external,
      plugins: [
        rollupPlugin(options(project)),
        typescript({
          tsconfig: project.tsconfig,
          module: "esnext",
          moduleResolution: "bundler",
          include: [`${project.folder}/src/**`],
        }),
        keeper,
      ],
      onwarn: ({ message }) => void kept.messages.push(message),
    });
    await bundle.close();
  } catch (error) {
    kept.messages.push(messageOf(error));
  }
  return kept.outcome();
}

export async function byWebpack(project: TestedProject): Promise<Outcome> {
  const kept = new Kept(project);
  const compiler = webpack({
    mode: "development",
    context: project.folder,
    target: "node20",
    devtool: false,
    entry: "./src/main.ts",
    experiments: { outputModule: true },
    output: { path: join(project.folder, "bundle"), module: true },
    externalsType: "module",
    externals: [external],
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
    resolveLoader: { modules: [join(import.meta.dirname, "../../node_modules")] },
    module: {
      rules: [
        {
          test: /\.ts$/,
          use: [
            { loader: "ts-loader", options: { transpileOnly: true } },
            {
              loader: join(import.meta.dirname, "keeper-loader.cjs"),
              options: { keep: (code: string, id: string) => kept.keep(code, id) },
            },
          ],
        },
      ],
    },
    plugins: [webpackPlugin(options(project))],
  });
  await new Promise<void>((resolve, reject) => {
    compiler?.run((failure, stats) => {
      const { errors = [], warnings = [] } = stats?.toJson({ errors: true, warnings: true }) ?? {};
      for (const { message } of [...errors, ...warnings]) kept.messages.push(message);
      compiler.close(() => (failure === null ? resolve() : reject(failure)));
    });
  });
  return kept.outcome();
}

export async function byEsbuild(project: TestedProject): Promise<Outcome> {
  const kept = new Kept(project);
  try {
    const { warnings } = await esbuild({
      absWorkingDir: project.folder,
      entryPoints: ["src/main.ts"],
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      write: false,
      logLevel: "silent",
      plugins: [keeping(esbuildPlugin(options(project)), kept)],
    });
    for (const { text } of warnings) kept.messages.push(text);
  } catch (error) {
    const { errors, warnings } = error as BuildFailure;
    for (const { text } of [...errors, ...warnings]) kept.messages.push(text);
  }
  return kept.outcome();
}

/** esbuild lets one plugin load a module, so the plugin's own answer is kept. */
function keeping(plugin: EsbuildPlugin, kept: Kept): EsbuildPlugin {
  return {
    name: plugin.name,
    setup: (build) => {
      const onLoad: PluginBuild["onLoad"] = (filter, load) =>
        build.onLoad(filter, async (args) => {
          const loaded = await load(args);
          kept.keep(String(loaded?.contents ?? readFileSync(args.path, "utf8")), args.path);
          return loaded;
        });
      return plugin.setup({ ...build, onLoad });
    },
  };
}
