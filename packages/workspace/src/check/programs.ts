/** The checks that are programs of others: formatter, linter, compiler. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "./check.js";
import { packagesOf } from "./packages.js";

export const format: Check = {
  name: "format",
  findProblems: async ({ root, may }) =>
    run(root, "prettier/bin/prettier.cjs", [may.fix ? "--write" : "--check", "--log-level=warn", "."]),
};

export const lint: Check = {
  name: "lint",
  findProblems: async ({ root, may }) =>
    run(root, "eslint/bin/eslint.js", [...(may.fix ? ["--fix"] : []), "--max-warnings=0", "."]),
};

/** The hearts: compiled once more, with the language's own library and nothing of Node or the DOM. */
const pure = ["runtime/tsconfig.pure.json", "transformer/tsconfig.pure.json"];

/** Everything, tests included, with the types of the sources; what is built, with those of what is built; and the pure folders. */
export const types: Check = {
  name: "types",
  findProblems: async ({ root }) => {
    const folders = packagesOf(root).map(({ folder }) => folder);
    const projects = [...folders.map((folder) => `${folder}/tsconfig.json`), ...pure];
    const missing = projects.filter((project) => !existsSync(join(root, project)));
    if (missing.length > 0) return missing.map((project) => `${project} is missing`);
    const built = folders.map((folder) => `${folder}/tsconfig.build.json`);
    const all = [...projects, ...built.filter((project) => existsSync(join(root, project)))];
    return runScript(
      import.meta.dirname,
      ["--import", "tsx", "type-errors.ts", root, ...all],
      "type-errors.ts",
    );
  },
};

/** What the program says, if it ends in failure. */
function run(root: string, program: string, args: readonly string[]): Promise<readonly string[]> {
  return runScript(root, [join(root, "node_modules", program), ...args], program);
}

function runScript(
  cwd: string,
  args: readonly string[],
  program = args[0] ?? "",
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const text = Buffer.concat(said).toString().trimEnd();
      if (code === 0) resolve([]);
      else resolve([text === "" ? `${program} ended with ${String(code ?? signal)}` : text]);
    });
  });
}
