/*
 * A project's options mean what the project's own TypeScript says they mean, though this package brings the compiler: the
 * defaults of 5.9 are not those of 6, and what 6 calls deprecated is in good use there.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

/** The version of the `typescript` that is installed for the files of `folder`; null where there is none. */
export function ownTypeScript(folder: string): string | null {
  for (let at = folder; ; at = at.replace(/\/[^/]*$/, "")) {
    const text = ts.sys.readFile(`${at}/node_modules/typescript/package.json`);
    if (text !== undefined) return versionIn(text);
    if (!at.includes("/")) return null;
  }
}

function versionIn(packageJson: string): string | null {
  try {
    const content: unknown = JSON.parse(packageJson);
    if (typeof content !== "object" || content === null || !("version" in content)) return null;
    return typeof content.version === "string" ? content.version : null;
  } catch {
    // A broken installation is the package manager's to report; the project is read as one without TypeScript.
    return null;
  }
}

/** A project without a TypeScript of its own is read as the compiler reads it. */
export function isBeforeSix(version: string | null): boolean {
  return version !== null && Number(version.split(".")[0]) < 6;
}

/** `options`, with the defaults of the project's own TypeScript where they differ from the compiler's. */
export function withOwnDefaults(options: TS.CompilerOptions, version: string | null): TS.CompilerOptions {
  if (!isBeforeSix(version)) return options;
  const target = options.target ?? targetOf(options.module);
  const module =
    options.module ?? (target >= ts.ScriptTarget.ES2015 ? ts.ModuleKind.ES2015 : ts.ModuleKind.CommonJS);
  const moduleResolution = options.moduleResolution ?? resolutionOf(module);
  const interop = options.esModuleInterop ?? (isNodeModule(module) || module === ts.ModuleKind.Preserve);
  return {
    ignoreDeprecations: "6.0",
    strict: false,
    noUncheckedSideEffectImports: false,
    types: ["*"],
    esModuleInterop: interop,
    allowSyntheticDefaultImports: interop || moduleResolution === ts.ModuleResolutionKind.Bundler,
    ...options,
    target,
    module,
    ...(moduleResolution === undefined ? {} : { moduleResolution }),
  };
}

function targetOf(module: TS.ModuleKind | undefined): TS.ScriptTarget {
  if (module === undefined || !isNodeModule(module)) return ts.ScriptTarget.ES5;
  if (module === ts.ModuleKind.NodeNext) return ts.ScriptTarget.ESNext;
  return module === ts.ModuleKind.Node20 ? ts.ScriptTarget.ES2023 : ts.ScriptTarget.ES2022;
}

function isNodeModule(module: TS.ModuleKind): boolean {
  return module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext;
}

/** Undefined where 5.9 and 6 agree. */
function resolutionOf(module: TS.ModuleKind): TS.ModuleResolutionKind | undefined {
  if (isNodeModule(module) || module === ts.ModuleKind.Preserve) return undefined;
  return module === ts.ModuleKind.CommonJS ? ts.ModuleResolutionKind.Node10 : ts.ModuleResolutionKind.Classic;
}

/**
 * Before 6 the root of the sources was what the files have in common, and decided where the output goes; since 6 it is the
 * folder of the tsconfig.
 */
export function commonRoot(rootNames: readonly string[]): string | undefined {
  const [first, ...others] = rootNames
    .filter((name) => !/\.d\.[cm]?ts$/.test(name))
    .map((name) => name.split("/").slice(0, -1));
  if (first === undefined) return undefined;
  const common = others.reduce((shared, folder) => {
    const end = shared.findIndex((part, i) => part !== folder[i]);
    return end === -1 ? shared : shared.slice(0, end);
  }, first);
  return common.join("/");
}
