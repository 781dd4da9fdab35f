/*
 * A workspace through the bundlers, against what `--build` makes of it: the same modules, whether a bundler takes the packages from
 * their sources or from what was built of them; and what comes out runs.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TsServer } from "@continuum/language-service/unstable-headless";
import { buildProject, formatDiagnostic, openWorkspace } from "@continuum/transformer";
import type { Project } from "@continuum/transformer";
import rollupPlugin from "@continuum/unplugin/rollup";
import vitePlugin from "@continuum/unplugin/vite";
import { transform } from "esbuild";
import { rollup } from "rollup";
import type { Plugin as RollupPlugin } from "rollup";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createVitest } from "vitest/node";
import { build, defaultServerConditions } from "vite";
import type { InlineConfig, Plugin } from "vite";
import { isCompiled } from "./hosts/library.js";
import { makeMonorepo, RESULT } from "./monorepo.js";
import type { Monorepo, MonorepoForm } from "./monorepo.js";
import { moduleText, shortPath } from "./outcome.js";

type Modules = Readonly<Record<string, string>>;

let repo: Monorepo;

/** What `--build` writes, by the path of the source. */
function built(): Modules {
  const { findings } = buildProject({ tsconfig: repo.folder });
  expect(findings).toEqual([]);
  const modules: Record<string, string> = {};
  for (const name of ["money", "payments", "app"]) {
    const dist = join(repo.folder, "packages", name, "dist");
    for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".js")) continue;
      const code = readFileSync(join(dist, file), "utf8");
      modules[`packages/${name}/src/${file.replace(/\.js$/, ".ts")}`] = moduleText(code);
    }
  }
  return modules;
}

function forget(): void {
  for (const name of ["money", "payments", "app"])
    for (const path of ["dist", "tsconfig.tsbuildinfo"])
      rmSync(join(repo.folder, "packages", name, path), { recursive: true, force: true });
}

const sourceOf = (name: string): string => join(repo.folder, `packages/${name}/src/index.ts`);
const NAMES = ["money", "payments"];

interface Way {
  readonly name: string;
  readonly options: () => Readonly<Record<string, unknown>>;
  readonly takes: "sources" | "output";
  /** Stands on disk what was built? */
  readonly isBuilt: boolean;
  readonly resolve: () => NonNullable<InlineConfig["resolve"]>;
  readonly form?: MonorepoForm;
}

const alias = (): NonNullable<InlineConfig["resolve"]> => ({
  alias: Object.fromEntries(NAMES.map((name) => [`@acme/${name}`, sourceOf(name)])),
});
const paths = Object.fromEntries(
  NAMES.map((name) => [`@acme/${name}`, [`\${configDir}/../${name}/src/index.ts`]]),
);
const conditions = ["@acme/source", ...defaultServerConditions];

const WAYS: readonly Way[] = [
  {
    name: "sources, by paths and an alias",
    options: () => ({ paths }),
    takes: "sources",
    isBuilt: false,
    resolve: alias,
  },
  {
    name: "sources, by a condition",
    options: () => ({ customConditions: ["@acme/source"] }),
    takes: "sources",
    isBuilt: false,
    resolve: () => ({ conditions }),
  },
  {
    name: "sources, by an alias alone",
    options: () => ({}),
    takes: "sources",
    isBuilt: true,
    resolve: alias,
  },
  {
    name: "sources, without references",
    options: () => ({}),
    takes: "sources",
    isBuilt: true,
    resolve: alias,
    form: { isReferring: false },
  },
  {
    name: "sources, by exports",
    options: () => ({}),
    takes: "sources",
    isBuilt: false,
    resolve: () => ({}),
    form: { isSourceExported: true },
  },
  { name: "what was built", options: () => ({}), takes: "output", isBuilt: true, resolve: () => ({}) },
];

function keeping(kept: Record<string, string>): Plugin {
  return {
    name: "keeper",
    enforce: "pre",
    transform(code, id) {
      if (/\/src\/.*\.ts$/.test(id) && isCompiled(code)) kept[shortPath(repo.folder, id)] = moduleText(code);
    },
  };
}

function viteConfig(way: Way, kept: Record<string, string>, at = "packages/app"): InlineConfig {
  const resolve = way.resolve();
  return {
    root: join(repo.folder, at),
    configFile: false,
    logLevel: "silent",
    plugins: [vitePlugin(), keeping(kept)],
    resolve,
    ssr: { resolve: { ...(resolve.conditions === undefined ? {} : { conditions: resolve.conditions }) } },
  };
}

async function byVite(way: Way, at = "packages/app"): Promise<Modules> {
  const kept: Record<string, string> = {};
  await build({
    ...viteConfig(way, kept, at),
    build: {
      ssr: join(repo.folder, "packages/app/src/main.ts"),
      outDir: join(repo.folder, "bundle"),
      emptyOutDir: true,
      minify: false,
      rolldownOptions: { external: /^@continuum\// },
    },
  });
  return kept;
}

function runBundle(): string {
  const { stdout, stderr } = spawnSync(process.execPath, ["bundle/main.js"], {
    cwd: repo.folder,
    encoding: "utf8",
  });
  return stdout.trim() + stderr;
}

/** Of `all`, what a bundler compiles that takes the packages in this way; modules without workflow code or notes may be left to it. */
const expected = (all: Modules, { takes }: Way): Modules =>
  Object.fromEntries(
    Object.entries(all).filter(
      ([path, code]) => isCompiled(code) && (takes === "sources" || path.startsWith("packages/app/")),
    ),
  );

describe.each(WAYS)("a bundler that takes other packages from $name", { timeout: 120_000 }, (way) => {
  let all: Modules;
  beforeAll(() => {
    repo = makeMonorepo(way.options(), way.form);
    all = built();
    if (!way.isBuilt) forget();
  }, 120_000);
  afterAll(() => repo.remove());

  it("makes of a workspace what --build makes of it, and it runs (Vite)", async () => {
    expect(await byVite(way)).toEqual(expected(all, way));
    expect(existsSync(join(repo.folder, "packages/payments/dist"))).toBe(way.isBuilt);
    expect(runBundle()).toBe(RESULT);
  });

  it("runs its tests (Vitest)", async () => {
    const kept: Record<string, string> = {};
    const vitest = await createVitest(
      "test",
      {
        root: join(repo.folder, "packages/app"),
        watch: false,
        config: false,
        include: ["spec/*.spec.ts"],
        reporters: [{}],
        pool: "threads",
      },
      viteConfig(way, kept),
    );
    try {
      const { testModules, unhandledErrors } = await vitest.start();
      const states = testModules.flatMap((module) => [
        ...module.errors().map(({ message }) => message),
        ...Array.from(
          module.children.allTests(),
          (test) => test.result().errors?.[0]?.message ?? test.result().state,
        ),
      ]);
      expect(unhandledErrors).toEqual([]);
      expect(states).toEqual(["passed"]);
    } finally {
      await vitest.close();
    }
    const { "packages/app/src/main.ts": _, ...others } = expected(all, way) as Record<string, string>;
    expect(kept).toEqual(others);
  });

  it("makes of a workspace what --build makes of it (Rollup)", async () => {
    const kept: Record<string, string> = {};
    const others: RollupPlugin = {
      name: "others",
      resolveId(id, from) {
        const name = /^@acme\/(\w+)$/.exec(id)?.[1];
        if (name !== undefined)
          return way.takes === "sources"
            ? sourceOf(name)
            : sourceOf(name).replace("/src/", "/dist/").replace(/ts$/, "js");
        if (!id.startsWith(".") || from === undefined) return null;
        const path = join(from, "..", id);
        return existsSync(path) ? path : path.replace(/\.js$/, ".ts");
      },
      async transform(code, id) {
        if (!id.endsWith(".ts")) return null;
        if (isCompiled(code)) kept[shortPath(repo.folder, id)] = moduleText(code);
        return (await transform(code, { loader: "ts" })).code;
      },
    };
    const bundle = await rollup({
      input: join(repo.folder, "packages/app/src/main.ts"),
      external: /^@continuum\//,
      plugins: [rollupPlugin({ tsconfig: join(repo.folder, "packages/app") }), others],
    });
    await bundle.write({ file: join(repo.folder, "bundle/main.js"), format: "es" });
    await bundle.close();
    expect(kept).toEqual(expected(all, way));
    expect(runBundle()).toBe(RESULT);
  });
});

describe("a workspace that is edited", { timeout: 180_000 }, () => {
  afterEach(() => repo.remove());
  const open = (): Project => {
    const folder = join(repo.folder, "packages/app");
    return openWorkspace({ tsconfig: folder, currentDirectory: folder });
  };
  const sources = [
    "app/src/order.ts",
    "app/src/pause.ts",
    "payments/src/settle.ts",
    "payments/src/basket.ts",
    "money/src/rounding.ts",
  ];
  const stateOf = (project: Project): object => ({
    diagnostics: project.diagnostics().map(formatDiagnostic),
    dependent: Object.fromEntries(project.dependent()),
    modules: sources.map((path) => project.compileModule(join(repo.folder, "packages", path))?.code),
  });

  it("danger: gives each project what the others are now, and not what they were", () => {
    repo = makeMonorepo({ customConditions: ["@acme/source"] });
    const project = open();
    const edit = (file: string, from: string, to: string, isTold = true): void => {
      repo.edit(file, from, to);
      if (isTold) project.changed(join(repo.folder, "packages", file));
      else project.compileModule(join(repo.folder, "packages", file));
      const clean = open();
      expect(stateOf(project), `${file}: ${to}`).toEqual(stateOf(clean));
      clean.close();
    };
    const first = stateOf(project);
    edit("money/src/rounding.ts", "DIGITS = 2", "DIGITS = 3");
    expect(stateOf(project)).not.toEqual(first);
    edit("money/src/rounding.ts", "factor = 10", "scale = 10", false);
    edit("money/src/rounding.ts", "amount * factor) / factor", "amount * scale) / scale");
    edit("money/src/rounding.ts", "10 ** DIGITS", "10 ** DIGITS + Date.now()");
    expect(project.diagnostics().map(({ code }) => code)).toContain("CTM2001");
    edit(
      "payments/src/settle.ts",
      "await timer(5);\n  return await settle",
      "await timer(Math.random());\n  return await settle",
    );
    edit("money/src/rounding.ts", " + Date.now()", "");
    // What it lacks of a project that is refused is no mistake of the app.
    const found = project.diagnostics();
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(["CTM2002"]));
    expect(found.map(({ place }) => place.file)).toEqual(found.map(() => "src/settle.ts"));
    edit("payments/src/settle.ts", "Math.random()", "5");
    edit("payments/tsconfig.json", '"extends"', '"compilerOptions": { "removeComments": true }, "extends"');
    edit("app/tsconfig.json", '"../payments"', '"../money"');
    edit("app/tsconfig.json", '"../money"', '"../payments"');
    edit("money/src/rounding.ts", "DIGITS = 3", "DIGITS = 2");
    project.close();
  });
});

describe.each([
  ["built", true],
  ["never built", false],
] as const)("an editor, in a workspace that was %s", (_, isBuilt) => {
  afterEach(() => repo.remove());
  it("says what a build says, of buffers that are not saved, too", { timeout: 120_000 }, async () => {
    repo = makeMonorepo({
      plugins: [{ name: "@continuum/language-service" }, { transform: "@continuum/transformer/ts-patch" }],
    });
    if (isBuilt) built();
    const at = (file: string): string => join(repo.folder, "packages", file);
    const server = new TsServer(repo.folder);
    const textsOf = async (file: string): Promise<readonly string[]> =>
      (await server.diagnosticsOf(at(file))).map(({ start, text }) => `${String(start.line)} ${text}`);
    try {
      for (const file of ["app/src/order.ts", "money/src/rounding.ts"])
        server.tell("open", { file: at(file) });
      expect(await textsOf("app/src/order.ts")).toEqual([]);
      const { documentation } = await server.request<{ readonly documentation: string }>("quickinfo", {
        file: at("app/src/order.ts"),
        line: 6,
        offset: 25,
      });
      expect(documentation).toContain("activity `@acme/payments.charge`");
      expect(documentation).toMatch(/site `orderFlow\/[^`]+` of `orderFlow`/);
      const text = readFileSync(at("money/src/rounding.ts"), "utf8");
      const insertString = text.replace("10 ** DIGITS", "10 ** DIGITS + Date.now()");
      const all = { line: 1, offset: 1, endLine: text.split("\n").length, endOffset: 1 };
      server.tell("change", { file: at("money/src/rounding.ts"), ...all, insertString });
      expect(await textsOf("app/src/order.ts")).toEqual([
        expect.stringMatching(
          /^5 CTM2001: `Basket\.total`, which comes from @acme\/payments, can't do this in a workflow: `Date\.now` reads/,
        ),
      ]);
      // What nobody's workflow is shown there is the package's own business.
      expect(await textsOf("money/src/rounding.ts")).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
