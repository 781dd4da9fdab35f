/**
 * Code blocks marked "ts run" are type-checked, as modules of a user who has the packages installed.
 *
 * Invariant: a page's mistake is reported with the page and its line.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Check } from "../check.js";
import { sourceCondition } from "../packages.js";
import { pagesOf } from "./pages.js";

const block = /^```ts run\n([\s\S]*?)^```/gm;

export const typedBlocks: Check = {
  name: "code in docs",
  findProblems: ({ root }) => Promise.resolve(findTypeErrors(root, blocksOf(root))),
};

interface Block {
  readonly page: string;
  /** The line of the page above the code's first one. */
  readonly line: number;
  readonly text: string;
}

function blocksOf(root: string): readonly Block[] {
  return pagesOf(root).flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return [...text.matchAll(block)].map((match) => ({
      page,
      line: text.slice(0, match.index).split("\n").length,
      text: `${match[1] ?? ""}\nexport {};\n`,
    }));
  });
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: [sourceCondition],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Exported for its test. */
export function findTypeErrors(root: string, blocks: readonly Block[]): readonly string[] {
  if (blocks.length === 0) return [];
  // They lie, in name only, in the package that depends on all packages which a user can install.
  const files = new Map(
    blocks.map((each, index) => [join(root, `packages/workspace/block-${String(index)}.ts`), each]),
  );
  const host = ts.createCompilerHost(options);
  const plain = { fileExists: host.fileExists.bind(host), getSourceFile: host.getSourceFile.bind(host) };
  host.fileExists = (name) => files.has(name) || plain.fileExists(name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const virtual = files.get(name);
    if (virtual === undefined) return plain.getSourceFile(name, languageVersion, ...rest);
    return ts.createSourceFile(name, virtual.text, languageVersion);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([name, { page, line }]) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      (diagnostic) => {
        const at = line + 1 + (file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0);
        return `${page}:${String(at)}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`;
      },
    );
  });
}
