/*
 * Projects in temporary folders, built by real `tspc` processes: what these tests prove is how tsc behaves around the plugin,
 * and no call of a function can prove that.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

/** Each test waits for a place, so that a machine of two cores runs two compilers and not ten. */
const PLACES = 2;
let taken = 0;
const waiting: (() => void)[] = [];

export const PLUGIN = { transform: "@continuum/transformer/ts-patch", transformProgram: true };

const OPTIONS = {
  target: "ES2023",
  lib: ["ES2023"],
  types: [],
  module: "nodenext",
  strict: true,
  skipLibCheck: true,
  declaration: true,
  sourceMap: true,
  rootDir: "src",
  outDir: "dist",
  plugins: [PLUGIN],
};

export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

export interface TestProject {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  configure(options: Readonly<Record<string, unknown>>): void;
  tspc(...args: readonly string[]): Promise<Outcome>;
  /** Everything under `dist` but what TypeScript keeps for itself: path → text. */
  emitted(): Readonly<Record<string, string>>;
  watch(): Watcher;
  remove(): void;
}

export interface Watcher {
  /** Waits until the watcher has finished its `nth` build (from 1) and gives what it printed for it. */
  build(nth: number): Promise<string>;
  stop(): Promise<void>;
}

/** Makes a project; `options` come on top of small and strict compiler options. */
export function testProject(
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, unknown>> = {},
): TestProject {
  const folder = mkdtempSync(join(tmpdir(), "continuum-tspc-"));
  link(folder, "@continuum/runtime", "runtime");
  link(folder, "@continuum/transformer", "transformer");
  link(folder, "typescript", "transformer/node_modules/typescript");
  link(folder, "ts-patch", "transformer/node_modules/ts-patch");
  link(folder, "@types/node", "node_modules/@types/node");
  const project: TestProject = {
    folder,
    write(texts) {
      for (const [path, text] of Object.entries(texts)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    configure(more) {
      const config = { compilerOptions: { ...OPTIONS, ...more }, include: ["src"] };
      project.write({ "tsconfig.json": JSON.stringify(config, null, 2) });
    },
    tspc: (...args) => inPlace(() => run(folder, args)),
    emitted: () => filesUnder(join(folder, "dist")),
    watch: () => watchIn(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  project.write({ "package.json": '{ "name": "shop", "type": "module" }', ...files });
  project.configure(options);
  return project;
}

function link(folder: string, name: string, target: string): void {
  const at = join(folder, "node_modules", name);
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(join(repository, target), at, "junction");
}

async function inPlace<T>(work: () => Promise<T>): Promise<T> {
  while (taken >= PLACES) await new Promise<void>((resolve) => waiting.push(resolve));
  taken++;
  try {
    return await work();
  } finally {
    taken--;
    waiting.shift()?.();
  }
}

function start(folder: string, args: readonly string[]): ChildProcess {
  const tspc = join(folder, "node_modules/ts-patch/bin/tspc.js");
  return spawn(process.execPath, [tspc, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

function run(folder: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = start(folder, args);
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? -1, output }));
  });
}

function watchIn(folder: string): Watcher {
  const child = start(folder, ["-p", ".", "--watch", "--preserveWatchOutput"]);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    async build(nth) {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const builds = output.split(/Watching for file changes\./);
        if (builds.length > nth) return builds[nth - 1] ?? "";
        if (Date.now() > deadline || child.exitCode !== null)
          throw new Error(`no build ${String(nth)} in:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    stop() {
      child.kill();
      return closed;
    },
  };
}

function filesUnder(folder: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".tsbuildinfo")) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length + 1).replaceAll("\\", "/")] = readFileSync(path, "utf8");
  }
  return files;
}
