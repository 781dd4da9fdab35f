/*
 * Purpose: the summaries of a program that other programs may be linked with, one for each of its modules.
 */
import { canonicalJson, RUNTIME_ENTRY, sha256 } from "@continuum/contract";
import type { SiteKey } from "@continuum/contract";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { FileLocation } from "../compiler/packages.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { EffectCall, ProgramModel } from "../ir/model.js";
import { effectiveLibraries } from "./link-program.js";
import type { LinkedProgram } from "./link-program.js";
import { diskOf } from "./module-library.js";
import { moduleSummary } from "./summary.js";
import type { CompiledParts, Environment, ModuleSummary } from "./summary.js";

/** What of other passes goes into summaries. */
export interface Compiled {
  /** With all that exports reach. */
  readonly model: ProgramModel;
  siteKeyOf(effect: EffectCall): SiteKey;
  moduleKeyOf(file: TS.SourceFile): string;
  locationOf(file: TS.SourceFile): FileLocation;
}

/** Does the program write declarations for others? */
export function isOpen(options: TS.CompilerOptions): boolean {
  return options.outFile === undefined && (options.composite === true || options.declaration === true);
}

/**
 * Compiled functions import the runtime. A package that does not depend on it can still lend its sync functions to workflows.
 */
export function canCompileForOthers(view: ProgramView): boolean {
  const [file] = view.projectFiles.filter((each) => !view.isLinked(each));
  if (file === undefined) return false;
  const options = view.program.getCompilerOptions();
  return (
    ts.resolveModuleName(RUNTIME_ENTRY, file.fileName, options, diskOf(view.program)).resolvedModule !==
    undefined
  );
}

/** A summary of each module among `files`. */
export function summarise(
  program: TS.Program,
  linked: LinkedProgram,
  files: readonly TS.SourceFile[],
  compiled: Compiled,
): ReadonlyMap<TS.SourceFile, ModuleSummary> {
  const parts = partsByFile(compiled);
  const environment = environmentOf(program);
  const summaries = new Map<TS.SourceFile, ModuleSummary>();
  for (const file of files) {
    if (linked.files.has(file) || !ts.isExternalModule(file) || !/\.[cm]?tsx?$/.test(file.fileName)) continue;
    const own = parts(file);
    const beneath = modulesBeneath(linked, file);
    const meaning = sha256(canonicalJson([plainText(file), ordinals(file, own), beneath.data]));
    summaries.set(
      file,
      moduleSummary({
        ...compiled.locationOf(file),
        module: compiled.moduleKeyOf(file),
        text: file.text,
        meaning,
        compiled: own,
        beneath: { ...beneath.modules, ...beneath.data },
        environment,
      }),
    );
  }
  return summaries;
}

const plainTexts = new WeakMap<TS.SourceFile, string>();

/** A file without comments and formatting; most files of a program that is watched are those of the last one. */
function plainText(file: TS.SourceFile): string {
  let text = plainTexts.get(file);
  if (text === undefined) {
    const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });
    plainTexts.set(file, (text = sha256(printer.printFile(file))));
  }
  return text;
}

function partsByFile({ model, siteKeyOf }: Compiled): (file: TS.SourceFile) => CompiledParts {
  const functions = groupByFile(model.coloured.keys());
  const promises = groupByFile(model.promises);
  const effects = groupByFile(model.effects.keys());
  const starts = (file: TS.SourceFile, nodes: readonly TS.Node[] = []): readonly number[] =>
    nodes.map((node) => node.getStart(file)).sort((a, b) => a - b);
  return (file) => ({
    functions: starts(file, functions.get(file)),
    promises: starts(file, promises.get(file)),
    effects: (effects.get(file) ?? [])
      .map((node): CompiledParts["effects"][number] => {
        const effect = model.effects.get(node)!;
        return [node.end, siteKeyOf(effect), effect.target];
      })
      .sort(([a], [b]) => a - b),
  });
}

function groupByFile<N extends TS.Node>(nodes: Iterable<N>): ReadonlyMap<TS.SourceFile, readonly N[]> {
  const groups = new Map<TS.SourceFile, N[]>();
  for (const node of nodes) {
    const file = node.getSourceFile();
    const group = groups.get(file);
    if (group === undefined) groups.set(file, [node]);
    else group.push(node);
  }
  return groups;
}

/** The compiled parts by the number of their node in the file, which comments and formatting do not change. */
function ordinals(file: TS.SourceFile, parts: CompiledParts): readonly (string | number)[] {
  const starts = new Set([...parts.functions, ...parts.promises]);
  const keys = new Map(parts.effects.map(([end, key, target]) => [end, `${key} ${target ?? ""}`]));
  const found: (string | number)[] = [];
  let number = 0;
  const visit = (node: TS.Node): void => {
    number++;
    if (starts.has(node.getStart(file))) found.push(number);
    const key = ts.isCallExpression(node) ? keys.get(node.end) : undefined;
    if (key !== undefined) found.push(number, key);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function modulesBeneath(
  linked: LinkedProgram,
  file: TS.SourceFile,
): { readonly modules: Readonly<Record<string, string>>; readonly data: Readonly<Record<string, string>> } {
  const modules: Record<string, string> = {};
  const data: Record<string, string> = {};
  const checker = linked.program.getTypeChecker();
  for (const specifier of specifiersOf(file)) {
    const target = checker.getSymbolAtLocation(specifier)?.declarations?.find(ts.isSourceFile);
    if (target === undefined) continue;
    if (linked.files.has(target)) modules[specifier.text] = digestBelow(linked, target);
    else if (target.fileName.endsWith(".json")) data[specifier.text] = sha256(target.text);
  }
  return { modules, data };
}

/**
 * Of a linked module and of all linked modules that it imports: a builder may not look farther than one project, so whatever
 * changes beneath has to show in the declarations above.
 */
function digestBelow(linked: LinkedProgram, top: TS.SourceFile): string {
  const checker = linked.program.getTypeChecker();
  const seen = new Set<TS.SourceFile>([top]);
  for (const file of seen) {
    for (const specifier of specifiersOf(file)) {
      const target = checker.getSymbolAtLocation(specifier)?.declarations?.find(ts.isSourceFile);
      if (target !== undefined && linked.files.has(target)) seen.add(target);
    }
  }
  return sha256(
    canonicalJson(
      Array.from(seen, (file) => {
        const module = linked.files.get(file);
        return module === undefined || module === null ? sha256(file.text) : module.digest;
      }).sort(),
    ),
  );
}

function specifiersOf(file: TS.SourceFile): readonly TS.StringLiteral[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const specifier = statement.moduleSpecifier;
    return specifier !== undefined && ts.isStringLiteral(specifier) ? [specifier] : [];
  });
}

function environmentOf(program: TS.Program): Environment {
  const options = program.getCompilerOptions();
  return {
    lib: effectiveLibraries(options),
    types: automaticTypes(program),
    module: options.module ?? ts.ModuleKind.ESNext,
    moduleResolution: options.moduleResolution ?? resolutionOf(options),
    customConditions: options.customConditions ?? [],
  };
}

/** What TypeScript takes where the option is not given. */
function resolutionOf({ module }: TS.CompilerOptions): TS.ModuleResolutionKind {
  if (module === ts.ModuleKind.Node16) return ts.ModuleResolutionKind.Node16;
  if (module === ts.ModuleKind.NodeNext) return ts.ModuleResolutionKind.NodeNext;
  return ts.ModuleResolutionKind.Bundler;
}

function automaticTypes(program: TS.Program): readonly string[] {
  const host = { ...diskOf(program), getDirectories: (path: string) => ts.sys.getDirectories(path) };
  return ts.getAutomaticTypeDirectiveNames(program.getCompilerOptions(), host).toSorted();
}
