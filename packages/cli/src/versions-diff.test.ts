import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { testRepository } from "./fixtures/test-repository.js";
import type { TestRepository } from "./fixtures/test-repository.js";
import { readRange } from "./git/revisions.js";

/** Each of these compiles the project a few times, in processes of their own. */
const ROOMY = { timeout: 120_000 };
const DEAR =
  "// dear\nexport function priceOf(pieces: number): number {\n  return pieces * factor;\n}\nconst factor = 3;\n";

let shop: TestRepository;
/** Where the command writes: nobody else does, so that what it left can be seen. */
let temporaries: string;
beforeEach(() => {
  shop = testRepository();
  temporaries = mkdtempSync(join(tmpdir(), "continuum-cli-"));
  vi.stubEnv("TMPDIR", temporaries);
});
afterEach(() => {
  vi.unstubAllEnvs();
  shop.remove();
  rmSync(temporaries, { recursive: true, force: true });
});

function leftovers(): readonly string[] {
  return readdirSync(temporaries).filter((name) => name.startsWith("continuum-versions-"));
}

/** All that git knows and all that lies in the working tree. */
function stateOf({ folder, git }: TestRepository): string {
  const digest = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    digest.update(name);
    if (!name.includes("node_modules") && existsSync(join(folder, name)))
      digest.update(statText(join(folder, name)));
  }
  return `${digest.digest("hex")} ${git("status", "--porcelain")} ${git("worktree", "list")}`;
}

function statText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "a folder";
  }
}

it("names what changed since a revision, with file and line, and touches nothing", ROOMY, async () => {
  shop.write("src/pricing.ts", DEAR);
  shop.git("add", "src/pricing.ts");
  const before = leftovers();
  const state = stateOf(shop);
  const { code, out, err } = await shop.run("versions", "diff", "main");
  expect(out).toMatch(
    /^orderFlow {2}changed {2}version 3 {2}[0-9a-f]{12} → [0-9a-f]{12}\n {2}`priceOf` in src\/pricing\.ts:2 changed\n {2}`factor` in src\/pricing\.ts:5 is new\n$/,
  );
  expect(err).toBe("");
  expect(code).toBe(0);
  expect(stateOf(shop)).toBe(state);
  expect(leftovers()).toEqual(before);
});

it("compares two revisions, whatever is on disk", ROOMY, async () => {
  shop.git("tag", "v1");
  shop.write("src/pricing.ts", DEAR);
  shop.commit();
  shop.write("src/pricing.ts", "this is no TypeScript");
  const same = await shop.run("versions", "diff", "v1..main", "--json");
  expect(JSON.parse(same.out)).toMatchObject({
    format: 1,
    from: { revision: "v1", commit: shop.git("rev-parse", "v1") },
    to: { revision: "main" },
    workflows: [
      {
        workflow: "orderFlow",
        change: "changed",
        label: { from: "3", to: "3" },
        declarations: [
          { name: "priceOf", file: "src/pricing.ts", line: 2, change: "changed" },
          { name: "factor", file: "src/pricing.ts", line: 5, change: "added" },
        ],
      },
    ],
  });
  // Seen from the other side, what was new is gone, and stood where it stood.
  expect((await shop.run("versions", "diff", "main", "v1")).out).toContain(
    "`factor` that was in src/pricing.ts:5 is no longer reached",
  );
});

it.each([
  ["v1.2..HEAD", { old: "v1.2", now: "HEAD", fromMergeBase: false }],
  ["v1.2..", { old: "v1.2", now: "HEAD", fromMergeBase: false }],
  ["..feature/x", { old: "HEAD", now: "feature/x", fromMergeBase: false }],
  ["main...", { old: "main", now: "HEAD", fromMergeBase: true }],
  ["HEAD~3", null],
  ["..", null],
])("reads %j as git does", (text, range) => {
  expect(readRange(text)).toEqual(range);
});

it("compares from where two branches parted, with three dots", ROOMY, async () => {
  shop.git("checkout", "--quiet", "-b", "feature");
  shop.write("src/notes.ts", "export const note = 1;\n");
  shop.commit();
  shop.git("checkout", "--quiet", "main");
  shop.write("src/pricing.ts", DEAR);
  shop.commit();
  expect((await shop.run("versions", "diff", "main...feature")).out).toBe(
    "Nothing changed: 1 workflow of the same version.\n",
  );
});

it("annotates for GitHub from the root of the repository", ROOMY, async () => {
  shop.write("src/pricing.ts", DEAR);
  const { out } = await shop.runIn(
    { cwd: join(shop.folder, "src"), environment: { GITHUB_WORKSPACE: shop.folder } },
    ...["versions", "diff", "main", "--format", "github"],
  );
  expect(out).toContain("::notice file=src/pricing.ts,line=2,title=orderFlow changed::`priceOf` changed\n");
});

it("takes packages of the workspace from the revision", ROOMY, async () => {
  const money = (factor: number): void =>
    shop.write(
      "packages/money/src/money.ts",
      `export const twice = (cents: number): number => cents * ${String(factor)};\n`,
    );
  const options = {
    ...{ target: "es2023", module: "nodenext", lib: ["es2023"], types: [], strict: true, skipLibCheck: true },
    ...{ customConditions: ["@continuum/source"], composite: true, rootDir: "src", outDir: "dist" },
  };
  money(2);
  shop.write(
    "packages/money/package.json",
    JSON.stringify({
      ...{ name: "@shop/money", type: "module", dependencies: { "@continuum/runtime": "*" } },
      exports: { types: "./dist/money.d.ts", default: "./dist/money.js" },
    }),
  );
  shop.write("packages/money/tsconfig.json", JSON.stringify({ compilerOptions: options, include: ["src"] }));
  shop.write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: options, include: ["src"], references: [{ path: "packages/money" }] }),
  );
  shop.write(".gitignore", "node_modules\ndist\n");
  mkdirSync(join(shop.folder, "node_modules/@shop"));
  symlinkSync(join(shop.folder, "packages/money"), join(shop.folder, "node_modules/@shop/money"));
  shop.write(
    "src/pricing.ts",
    'import { twice } from "@shop/money";\nexport const priceOf = (pieces: number): number => twice(pieces);\n',
  );
  shop.commit();
  expect((await shop.run("versions", "diff", "main")).out).toContain("Nothing changed");
  money(3);
  // Nothing was built, then or now.
  const { out } = await shop.run("versions", "diff", "main");
  expect(out).toContain("`twice` in packages/money/src/money.ts:1 changed");
});

it("reads a project of a folder that is new as one whose workflows are all new", ROOMY, async () => {
  shop.write(
    "services/tsconfig.json",
    '{ "extends": "../tsconfig.json", "include": ["."], "compilerOptions": { "rootDir": "." } }',
  );
  shop.write(
    "services/flow.ts",
    'import { workflow } from "@continuum/runtime/workflow";\nexport const later = workflow({ version: 1 }, async () => 1);\n',
  );
  const { code, out, err } = await shop.run("versions", "diff", "main", "-p", "services/tsconfig.json");
  expect(out).toMatch(/^later {2}new {2}version 1 {2}[0-9a-f]{12} {2}services\/flow\.ts:2\n$/);
  expect(err).toContain("main has no services/tsconfig.json");
  expect(code).toBe(0);
  shop.commit();
  expect((await shop.run("versions", "diff", "HEAD..HEAD~1", "-p", "services/tsconfig.json")).out).toContain(
    "later  gone",
  );
  const neither = await shop.run("versions", "diff", "HEAD~1..HEAD~1", "-p", "services/tsconfig.json");
  expect(neither.err).toContain("error CTM1303  Neither version has a tsconfig at services/tsconfig.json.");
  expect(neither.code).toBe(2);
});

it("says what is wrong with a revision that does not compile, under its own paths", ROOMY, async () => {
  shop.write("src/pricing.ts", "export const priceOf = (pieces: number): number => pieces * Date.now();\n");
  const broken = shop.commit();
  shop.write("src/pricing.ts", DEAR);
  const before = leftovers();
  const { code, out, err } = await shop.run("versions", "diff", "main");
  expect(err).toContain("  src/pricing.ts:1:61\n");
  expect(err).toContain(
    `error CTM1337  The project as it was at main (${broken.slice(0, 10)}) has the errors above`,
  );
  expect(err).not.toContain("continuum-versions-");
  expect(out).toBe("");
  expect(code).toBe(2);
  // One that fails stops the other, and both are cleared away.
  expect((await shop.run("versions", "diff", "main~1..main")).code).toBe(2);
  expect(leftovers()).toEqual(before);
});

it("does not take a revision whose workflows can't be seen for one without workflows", ROOMY, async () => {
  shop.write(
    "src/order.ts",
    readFileSync(join(shop.folder, "src/order.ts"), "utf8").replace("runtime/workflow", "gone"),
  );
  shop.commit();
  shop.git("checkout", "--quiet", "HEAD~1", "--", "src");
  const { code, err } = await shop.run("versions", "diff", "main");
  expect(err).toContain("TS2307");
  expect(err).toContain("CTM1337");
  expect(code).toBe(2);
});

it.each([
  [["mian"], "CTM1335", "Did you mean: continuum versions diff main"],
  [["HEAD~9"], "CTM1335", "Name a branch, a tag or a commit"],
  [["nowhere..main"], "CTM1335", '"nowhere"'],
  [["main..HEAD", "HEAD"], "CTM1331", "Write: continuum versions diff main..HEAD"],
  [["main", "HEAD", "HEAD"], "CTM1331", "compares two versions"],
  [["main", "--format", "sarif"], "CTM1331", "Choose one of: pretty, json, github."],
  [["main", "--json", "--format", "github"], "CTM1331", "Leave out one"],
  [["../gone.json"], "CTM1333", "does not exist"],
  [["orphan...main"], "CTM1335", "orphan..main"],
  [["both"], "CTM1335", "Write ./both for the file"],
])("refuses %j with %s", ROOMY, async (args, code, hint) => {
  if (args[0] === "orphan...main")
    shop.git("update-ref", "refs/heads/orphan", shop.git("commit-tree", "HEAD^{tree}", "-m", "orphan"));
  if (args[0] === "both") {
    shop.git("branch", "both");
    shop.write("both", "{}");
  }
  const { code: exit, out, err } = await shop.run("versions", "diff", ...args);
  expect(err).toContain(`error ${code}  `);
  expect(err).toContain(hint);
  expect(out).toBe("");
  expect(exit).toBe(2);
});

it("says where there is no repository, and what to do in a shallow one", ROOMY, async () => {
  const shallow = join(shop.folder, "shallow");
  shop.write("src/pricing.ts", DEAR);
  shop.commit();
  shop.git("clone", "--quiet", "--depth", "1", `file://${realpathSync(shop.folder)}`, shallow);
  const { err } = await shop.runIn({ cwd: shallow }, "versions", "diff", "HEAD~1");
  expect(err).toContain("whose history was fetched only in part");
  expect(err).toContain("fetch-depth: 0");
  const outside = await shop.runIn({ cwd: realpathSync(tmpdir()) }, "versions", "diff", "main");
  expect(outside.err).toContain("error CTM1334  ");
  expect(outside.err).toContain("not a git repository");
  expect(outside.code).toBe(2);
});

it("runs none of the repository's hooks", ROOMY, async () => {
  for (const hook of ["post-checkout", "post-index-change"]) {
    shop.write(`.git/hooks/${hook}`, '#!/bin/sh\ntouch "$(git rev-parse --git-common-dir)/hook-ran"\n');
    chmodSync(join(shop.folder, ".git/hooks", hook), 0o755);
  }
  shop.git("config", "core.splitIndex", "true");
  const { code } = await shop.run("versions", "diff", "main");
  expect(code).toBe(0);
  expect(existsSync(join(shop.folder, ".git/hook-ran"))).toBe(false);
  expect(readdirSync(join(shop.folder, ".git")).filter((name) => name.startsWith("sharedindex"))).toEqual([]);
});

it("removes what it wrote when Ctrl-C ends it, and ends with 130", ROOMY, async () => {
  const bin = join(import.meta.dirname, "../bin/continuum.js");
  const child = spawn(process.execPath, [bin, "versions", "diff", "main"], {
    cwd: shop.folder,
    // What Node keeps in the temporary folder, from 22 on, is nobody's leftover.
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (text: Buffer) => void (said += text.toString()));
  child.stderr.on("data", (text: Buffer) => void (said += text.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  await expect.poll(() => holdsSources(temporaries) || said, { timeout: 60_000, interval: 5 }).toBe(true);
  // As a terminal does: to the command, and to all that it has started in its group.
  process.kill(-(child.pid ?? 0), "SIGINT");
  expect([await ended, said]).toEqual([130, ""]);
  expect(readdirSync(temporaries)).toEqual([]);
});

/** Has the revision been written there? */
function holdsSources(temporary: string): boolean {
  const [folder] = readdirSync(temporary);
  return (
    folder !== undefined &&
    readdirSync(join(temporary, folder), { recursive: true, encoding: "utf8" }).some((name) =>
      name.endsWith("order.ts"),
    )
  );
}
