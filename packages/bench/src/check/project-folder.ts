import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { GeneratedProgram } from "./program.js";

export interface ProjectFolder {
  readonly path: string;
  remove(): void;
}

const require = createRequire(import.meta.url);

const TSCONFIG = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    lib: ["es2023"],
    types: ["node"],
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    rootDir: "src",
    outDir: "dist",
  },
  include: ["src"],
};

/** Writes the program as a project of its own, with the packages that it imports. */
export function writeProject({ files }: GeneratedProgram): ProjectFolder {
  const path = mkdtempSync(join(tmpdir(), "continuum-bench-"));
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  for (const [name, text] of files) write(name, text);
  write("package.json", JSON.stringify({ name: "shop", type: "module" }));
  write("tsconfig.json", JSON.stringify(TSCONFIG));
  link(path, "@continuum/runtime", join(dirname(require.resolve("@continuum/runtime/workflow")), ".."));
  link(path, "@types/node", dirname(require.resolve("@types/node/package.json")));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function link(project: string, name: string, target: string): void {
  const at = join(project, "node_modules", name);
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(target, at, "junction");
}
