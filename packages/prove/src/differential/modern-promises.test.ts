/*
 * `Promise.withResolvers` and `Promise.try`, compared with those of an engine that has them, whatever Node runs the tests.
 */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { randomProgram } from "./generator/random-program.js";
import { textOf } from "./tree.js";

const PROGRAMS = 100;
const SEED = 24;
/** The newer engine, as a package: its install script brings the binary. */
const NODE = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");
const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

it("random programs show the same on Node 24, which has them", async () => {
  const texts = Array.from({ length: PROGRAMS }, (_, i) => textOf(randomProgram(SEED, i, `p${i}`, true)));
  // Programs that do not use them would prove nothing.
  for (const name of ["Promise.withResolvers", "Promise.try"])
    expect(texts.filter((text) => text.includes(name)).length, name).toBeGreaterThan(2);
  const words = ["differential", "--programs", String(PROGRAMS), "--seed", String(SEED)];
  const { stdout } = await promisify(execFile)(
    NODE,
    ["--conditions=@continuum/source", "--import", "tsx", MAIN, ...words],
    { env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const summary = JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<string, unknown>;
  expect(summary).toMatchObject({ name: "differential", programs: PROGRAMS, differences: 0, seed: SEED });
  expect(summary["node"]).toMatch(/^24\./);
}, 120_000);
