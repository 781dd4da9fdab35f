import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { format, types } from "./programs.js";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../../../..");
const may = { fix: false, updateExports: false };
const options = {
  noEmit: true,
  strict: true,
  target: "es2023",
  lib: ["es2023"],
  types: [],
  skipLibCheck: true,
};
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "continuum-programs-"));
  mkdirSync(join(root, "node_modules"));
  // Not all of node_modules: the compiler's record of what it has seen belongs to the small repository.
  for (const name of ["typescript", "prettier", "@types"]) {
    symlinkSync(join(repository, "node_modules", name), join(root, "node_modules", name), "dir");
  }
  for (const folder of ["runtime", "transformer"]) {
    write(`${folder}/package.json`, JSON.stringify({ name: folder }) + "\n");
    const include = ["src"];
    write(
      `${folder}/tsconfig.json`,
      JSON.stringify({ compilerOptions: { ...options, types: ["node"] }, include }),
    );
    write(`${folder}/tsconfig.pure.json`, JSON.stringify({ compilerOptions: options, include }));
    write(`${folder}/src/pure.ts`, "export const one: number = 1;\n");
  }
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test("pure folders without mistakes have no problems", async () => {
  expect(await types.findProblems({ root, may })).toEqual([]);
});

test("danger: the heart asks Node for something", async () => {
  write("runtime/src/pure.ts", "export const home = process.env;\n");
  const problems = await types.findProblems({ root, may });
  expect(problems).toHaveLength(1); // the ordinary project has the types of Node
  expect(problems[0]).toContain("runtime/src/pure.ts(1,21)");
});

test("danger: what is built does not compile, though it does with the tests", async () => {
  const built = { compilerOptions: options, include: ["src"] };
  write("transformer/tsconfig.build.json", JSON.stringify(built));
  write(
    "transformer/tsconfig.pure.json",
    JSON.stringify({ compilerOptions: options, files: ["src/pure.ts"] }),
  );
  write("transformer/src/home.ts", "export const home = process.env;\n");
  const problems = await types.findProblems({ root, may });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^transformer\/src\/home\.ts\(1,21\): error TS\d+: [^\n]+$/);
});

test("danger: a file that nobody includes is imported, and wrong", async () => {
  write("runtime/tools/wrong.ts", "export const one: string = 1;\n");
  write("runtime/src/pure.ts", 'export { one } from "../tools/wrong.js";\n');
  const [problem] = await types.findProblems({ root, may });
  expect(problem).toContain("runtime/tools/wrong.ts(1,14)");
});

test("danger: the proof of purity is removed", async () => {
  rmSync(join(root, "transformer/tsconfig.pure.json"));
  expect(await types.findProblems({ root, may })).toEqual(["transformer/tsconfig.pure.json is missing"]);
});

test("danger: a file that nobody formatted", async () => {
  rmSync(join(root, "runtime"), { recursive: true });
  rmSync(join(root, "transformer"), { recursive: true });
  write("a.ts", "export const one = 1;\n");
  expect(await format.findProblems({ root, may })).toEqual([]);
  write("b.ts", "export const one   = 1\n");
  expect((await format.findProblems({ root, may }))[0]).toContain("b.ts");
});
