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

/** Everything, tests included, with the types of the sources; and the pure folders. */
export const types: Check = {
  name: "types",
  findProblems: async ({ root }) => {
    const projects = [...packagesOf(root).map(({ folder }) => `${folder}/tsconfig.json`), ...pure];
    const found = [];
    for (const project of projects) {
      if (existsSync(join(root, project))) found.push(...(await typeErrors(root, project)));
      else found.push(`${project} is missing`);
    }
    return found;
  },
};

function typeErrors(root: string, project: string): Promise<readonly string[]> {
  const cache = join(root, "node_modules/.cache/types", `${project.replaceAll("/", "-")}.tsbuildinfo`);
  const incremental = ["--noEmit", "--incremental", "--tsBuildInfoFile", cache];
  return run(root, "typescript/bin/tsc", ["-p", project, "--pretty", "false", ...incremental]);
}

/** What the program says, if it ends in failure. */
function run(root: string, program: string, args: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "node_modules", program), ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
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
