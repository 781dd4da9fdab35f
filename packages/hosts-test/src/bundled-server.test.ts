/*
 * A server that was bundled with all that it imports: what it is told where the bundle lacks files, and that it runs where it does not.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { BuildOptions } from "esbuild";
import { freshDatabase } from "@continuum/workspace/test-postgres";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const repository = realpathSync(join(import.meta.dirname, "../../.."));
const pglite = realpathSync(join(repository, "runtime/node_modules/@electric-sql/pglite"));

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), "continuum-bundled-")))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SERVER = `import { Continuum } from "@continuum/runtime";
const serve = async () => {
  const continuum = await Continuum.connect({ database: process.argv[2], workflows: [] });
  await continuum.close();
  console.log("served");
};
serve().catch((error) => { console.error(error.message); process.exit(1); });
`;

async function bundle(format: "esm" | "cjs", more: BuildOptions = {}): Promise<string> {
  const outfile = join(folder, `server.${format === "esm" ? "mjs" : "cjs"}`);
  const banner =
    format === "esm"
      ? { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
      : {};
  await build({
    ...{ stdin: { contents: SERVER, resolveDir: join(import.meta.dirname, "..") }, outfile, format, banner },
    ...{ bundle: true, platform: "node", conditions: ["@continuum/source"], logLevel: "silent", ...more },
  });
  return outfile;
}

function serve(server: string, database: string): { readonly out: string; readonly err: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [server, database], { encoding: "utf8" });
  return { out: stdout, err: stderr };
}

describe.each(["esm", "cjs"] as const)("a server that was bundled as %s", (format) => {
  it("is told that PGlite's files are missing, and not that the folder is no database", async () => {
    const { err } = serve(await bundle(format), `pglite:${folder}/data`);
    expect(err).toMatch(/CTM1111: .*files pglite\.data, pglite\.wasm and initdb\.wasm are not beside it/);
    expect(err).toContain('external: ["@electric-sql/pglite"]');
    expect(err).not.toContain("CTM1110");
  }, 60_000);

  it("works on a server, with a heartbeat that finds no thread beside the bundle", async () => {
    const { url } = await freshDatabase();
    expect(serve(await bundle(format), url)).toMatchObject({ out: "served\n" });
  }, 60_000);
});

it("the package outside of the bundle is what the hint says", async () => {
  mkdirSync(join(folder, "node_modules/@electric-sql"), { recursive: true });
  symlinkSync(pglite, join(folder, "node_modules/@electric-sql/pglite"), "junction");
  const server = await bundle("cjs", { external: ["@electric-sql/pglite"] });
  expect(serve(server, `pglite:${folder}/data`)).toMatchObject({ out: "served\n" });
}, 60_000);

it("so are the files beside a bundle of ES modules", async () => {
  const server = await bundle("esm");
  for (const name of ["pglite.data", "pglite.wasm", "initdb.wasm"])
    cpSync(join(pglite, "dist", name), join(folder, name));
  expect(serve(server, `pglite:${folder}/data`)).toMatchObject({ out: "served\n" });
}, 60_000);
