import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestedProgram } from "./programs.js";

/** A program in a folder of its own, as a user's project. */
export interface TestedProject {
  readonly folder: string;
  readonly tsconfig: string;
  readonly trustedModules: NonNullable<TestedProgram["trustedModules"]>;
  /** Absolute names of its sources, sorted. */
  readonly sources: readonly string[];
  remove(): void;
}

const own = join(import.meta.dirname, "../node_modules");

export function makeProject({ files, trustedModules = [], node = false }: TestedProgram): TestedProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "continuum-hosts-")));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  write("package.json", '{ "name": "shop", "type": "module" }');
  const compile = { transform: "@continuum/transformer/ts-patch", transformProgram: true, trustedModules };
  const compilerOptions = {
    target: "ES2023",
    lib: ["ES2023"],
    types: node ? ["node"] : [],
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
    rootDir: "src",
    outDir: "dist",
    plugins: [compile, { name: "@continuum/language-service" }],
  };
  write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["src"] }, null, 2));
  for (const name of ["@continuum", "typescript", "ts-patch"]) link(folder, name, join(own, name));
  link(folder, "@types", join(own, "../../../node_modules/@types"));
  const sources = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, "src", name))
    .sort();
  return {
    folder,
    tsconfig: join(folder, "tsconfig.json"),
    trustedModules,
    sources,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function link(folder: string, name: string, target: string): void {
  const at = join(folder, "node_modules", name);
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(realpathSync(target), at, "junction");
}
