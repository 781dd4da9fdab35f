/*
 * Makes a clone ready: installs the packages and builds. Runs before anything is installed, so it is plain JavaScript
 * and imports nothing but Node. Does nothing that has been done: a second run takes about a second.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** Not a dependency: it installs them. Version 11 does not start on Node 20. */
export const pnpm = "pnpm@10.34.9";

/** Installs, and compiles what has changed. True if there was no type error. */
export function setUp() {
  install();
  return build();
}

/** Compiles every published package to its `dist`. True if there was no type error; what can be emitted is, all the same. */
export function build() {
  return compile([]);
}

/** The same without looking for type errors, which takes a fraction of the time; the next `build` looks for them. */
export function emit() {
  return compile(["--noCheck"]);
}

function compile(flags) {
  return alone("build", () => {
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const args = [compiler, "-b", ...flags, ...(isOutputGone() ? ["--force"] : [])];
    return (
      spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).status === 0
    );
  });
}

/** tsc trusts its record of what it has compiled, and would not notice that somebody removed it. */
function isOutputGone() {
  const graph = readFileSync(join(root, "tsconfig.json"), "utf8");
  const projects = [...graph.matchAll(/"path": "(.+)\/tsconfig\.build\.json"/g)];
  return projects.some(([, folder]) => !existsSync(join(root, folder, "dist")));
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`This repository needs Node 20.19 or newer, and this is ${process.versions.node}.`);
}

/** Installs what the lockfile says, unless that has been done. */
export function install() {
  refuseOldNode();
  const wanted = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) wanted.update(readFileSync(join(root, file)));
  const digest = wanted.digest("hex");
  const stamp = join(root, "node_modules", ".installed-lockfile");
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
  if (isInstalled()) return;
  alone("install", () => {
    if (isInstalled()) return;
    console.log("Installing packages …");
    // CI=true: pnpm asks no questions, say, whether it may replace a node_modules of another origin.
    const { status } = spawnSync(
      "npx",
      ["-y", pnpm, "install", "--frozen-lockfile", "--reporter=append-only"],
      {
        cwd: root,
        env: { ...process.env, CI: "true" },
        stdio: ["ignore", "inherit", "inherit"],
      },
    );
    if (status !== 0) fail("The packages could not be installed: see above. Is the npm registry reachable?");
    writeFileSync(stamp, digest);
  });
}

/** One process at a time, or two write the same files: tests, a demo and an editor's task may all start a build. */
function alone(name, work) {
  mkdirSync(join(root, "node_modules"), { recursive: true });
  const lock = join(root, "node_modules", `.${name}-lock`);
  while (!taken(lock)) {
    if (holderIsGone(lock)) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function holderIsGone(lock) {
  try {
    const text = readFileSync(lock, "utf8");
    // Created and not yet written: only a holder that died in between stays like that.
    if (text === "") return Date.now() - statSync(lock).mtimeMs > 5_000;
    process.kill(Number(text), 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !setUp()) {
  fail("The build has errors: see above.");
}
