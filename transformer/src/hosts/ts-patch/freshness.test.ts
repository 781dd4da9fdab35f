/*
 * Any sequence of edits, checks and builds leaves the output of a clean build. A builder without its process: what `--watch`
 * and `--incremental` do between two looks at the disk.
 */
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import ts from "typescript";
import { expect, it } from "vitest";
import continuum from "../ts-patch.js";

const folder = fileURLToPath(new URL("../../../edited-shop", import.meta.url)).replaceAll("\\", "/");

/** For each file the texts that it may have. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  "helpers.ts": [
    "export function stamp(): number { return 1; }\nexport async function later(): Promise<number> { return 2; }\n",
    "export function stamp(): number { return 3; }\nexport async function later(): Promise<number> { return 2; }\n",
    "export function stamp(): number { return Date.now(); }\nexport async function later(): Promise<number> { return 2; }\n",
    `import { timer } from "@continuum/runtime/workflow";
export function stamp(): number { return 1; }
export async function later(): Promise<number> { await timer(5); return 2; }
`,
  ],
  "prices.ts": [
    'import { later, stamp } from "./helpers.js";\nexport const price = async (): Promise<number> => (await later()) + stamp();\n',
    'import { later } from "./helpers.js";\nexport const price = async (): Promise<number> => await later();\n',
    "export const price = async (): Promise<number> => 7;\n",
  ],
  "order.ts": [
    'import { workflow } from "@continuum/runtime/workflow";\nexport const order = workflow({ version: 1 }, async () => 1);\n',
    'import { workflow } from "@continuum/runtime/workflow";\nimport { price } from "./prices.js";\nexport const order = workflow({ version: 1 }, async () => await price());\n',
    'export { price } from "./prices.js";\n',
  ],
  "refund.ts": [
    'import { timer, workflow } from "@continuum/runtime/workflow";\nexport const refund = workflow({ version: 1 }, async () => { await timer(1); });\n',
    'import { workflow } from "@continuum/runtime/workflow";\nimport { later } from "./helpers.js";\nexport const refund = workflow({ version: 1 }, async () => await later());\n',
  ],
};

type Step =
  | { readonly kind: "edit"; readonly file: string; readonly variant: number }
  | { readonly kind: "check" | "build" | "buildUnlessRefused" };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .constantFrom(...Object.keys(VARIANTS))
        .chain((file) =>
          fc.nat(VARIANTS[file]!.length - 1).map((variant): Step => ({ kind: "edit", file, variant })),
        ),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Step>({ kind: "check" }, { kind: "build" }, { kind: "buildUnlessRefused" }),
    },
  ),
  { minLength: 3, maxLength: 14 },
);

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  rootDir: folder,
  outDir: `${folder}/dist`,
  configFilePath: `${folder}/tsconfig.json`,
};

const parsed = new Map<string, ts.SourceFile | undefined>();

function builderHost(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  return Object.assign(host, {
    getCurrentDirectory: () => folder,
    fileExists: (path: string) => texts.has(path) || ts.sys.fileExists(path),
    readFile: (path: string) => texts.get(path) ?? ts.sys.readFile(path),
    directoryExists: (path: string) => path === folder || ts.sys.directoryExists(path),
    getSourceFile(
      path: string,
      language: ts.ScriptTarget | ts.CreateSourceFileOptions,
    ): ts.SourceFile | undefined {
      const text = texts.get(path) ?? ts.sys.readFile(path);
      const key = `${path}\n${texts.get(path) ?? ""}`;
      if (!parsed.has(key)) {
        const file = texts.has(path)
          ? ts.createSourceFile(path, text ?? "", language, false)
          : getSourceFile.call(host, path, language);
        if (file !== undefined) Object.assign(file, { version: ts.sys.createHash?.(text ?? "") });
        parsed.set(key, file);
      }
      return parsed.get(key);
    },
  });
}

class Workbench {
  readonly texts = new Map(Object.entries(VARIANTS).map(([file, [text]]) => [`${folder}/${file}`, text!]));
  #builder: ts.EmitAndSemanticDiagnosticsBuilderProgram | undefined;
  readonly output = new Map<string, string>();

  build(mode: "check" | "build" | "buildUnlessRefused"): { readonly refused: boolean } {
    const program = ts.createProgram({
      rootNames: [...this.texts.keys()],
      options: { ...options, noEmit: mode === "check", noEmitOnError: mode === "buildUnlessRefused" },
      host: builderHost(this.texts),
      ...(this.#builder === undefined ? {} : { oldProgram: this.#builder.getProgram() }),
    });
    const hooked = continuum(program, undefined, {}, { ts }) as ts.Program;
    this.#builder = ts.createEmitAndSemanticDiagnosticsBuilderProgram(
      hooked,
      { createHash: (text) => ts.sys.createHash?.(text) ?? text },
      this.#builder,
    );
    const refused = this.#builder.getGlobalDiagnostics().length > 0;
    if (!refused) this.#builder.getSemanticDiagnostics();
    this.#builder.emit(undefined, (path, text) => this.output.set(path, text));
    return { refused };
  }
}

function cleanBuild(texts: ReadonlyMap<string, string>): {
  readonly refused: boolean;
  readonly output: ReadonlyMap<string, string>;
} {
  const clean = new Workbench();
  for (const [path, text] of texts) clean.texts.set(path, text);
  const { refused } = clean.build("build");
  return { refused, output: clean.output };
}

it(
  "any edits, checks and builds end with the verdict and the output of a clean build",
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const bench = new Workbench();
        for (const step of [...sequence, { kind: "build" } as const]) {
          if (step.kind === "edit") {
            bench.texts.set(`${folder}/${step.file}`, VARIANTS[step.file]![step.variant]!);
            continue;
          }
          const { refused } = bench.build(step.kind);
          if (step !== sequence.at(-1) && step.kind === "check") continue;
          const clean = cleanBuild(bench.texts);
          expect(refused).toBe(clean.refused);
          if (step.kind === "build" || (step.kind === "buildUnlessRefused" && !refused)) {
            expect(Object.fromEntries(bench.output)).toEqual(Object.fromEntries(clean.output));
          }
        }
      }),
      {
        numRuns: 12,
        ...(process.env["FC_SEED"] === undefined ? {} : { seed: Number(process.env["FC_SEED"]) }),
      },
    );
  },
);
