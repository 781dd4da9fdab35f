/*
 * One object per compilation that answers the questions about a program that every pass asks. It caches, it decides
 * nothing.
 */
import { ts } from "./ts.js";
import type { TS } from "./ts.js";
import { cachingChecker } from "./caching-checker.js";
import { findAuthoringExports } from "./authoring-entry.js";
import { originFinder } from "./origin.js";
import type { Origin } from "./origin.js";
import { importFilter } from "./imported-names.js";
import { shortMemory } from "./memory.js";
import type { Memory } from "./memory.js";
import { fileLocator } from "./packages.js";
import type { FileLocation, FileReader } from "./packages.js";
import { declarationsSeen } from "./seen-declarations.js";
import { defaultExportBehind, symbolOf } from "./symbols.js";

export interface ProgramView {
  readonly program: TS.Program;
  readonly checker: TS.TypeChecker;
  /** Reads what is no part of the program: package.json files, and the JavaScript of packages. */
  readonly files: FileReader;
  locationOf(file: TS.SourceFile): FileLocation;
  originOf(declaration: TS.Node): Origin;
  /** The resolved symbol that an expression refers to. */
  symbolOf(node: TS.Node): TS.Symbol | undefined;
  /** The project's `export default a.b` by which an expression means something foreign. */
  defaultExportBehind(node: TS.Node): TS.ExportAssignment | null;
  /**
   * `"activity"` where the expression means that export of the authoring entry, whatever it is called here; `"log.info"` for a
   * member of its `log`; else null.
   */
  authoringName(node: TS.Node): string | null;
  /** Is `symbol` the variable `name` of the default library? */
  isGlobal(symbol: TS.Symbol | undefined, name: string): boolean;
  /** Source files whose code is followed: not declarations, not packages, not Continuum itself; linked ones are among them. */
  readonly projectFiles: readonly TS.SourceFile[];
  /** The source of a module that another program compiled: followed like the project's own, and not emitted with it. */
  isLinked(file: TS.SourceFile): boolean;
  /** What was found out about the program, and about those before it. */
  readonly memory: Memory;
}

/**
 * Looks at a program; `files` reads what is no part of it, by default through the compiler's own system. `linked` are the files
 * that stand for declarations of other programs (summary/), where these programs have them.
 */
export function viewProgram(
  program: TS.Program,
  files: FileReader = ts.sys,
  linked: ReadonlyMap<TS.SourceFile, FileLocation | null> = new Map(),
  memory: Memory = shortMemory(),
): ProgramView {
  const checker = cachingChecker(program.getTypeChecker(), memory);
  const locate = fileLocator(program.getCurrentDirectory(), files);
  // A package may be published from a folder of its own: what its compiled code is called was settled before.
  const locationOf = (file: TS.SourceFile): FileLocation => linked.get(file) ?? locate(file);
  const originFound = originFinder(program, locationOf, linked);
  const originOf = memory.isLasting ? seeing(originFound, memory) : originFound;
  const authoring = findAuthoringExports(program, checker, locationOf);
  const mayBeImported = importFilter(program);
  // Several rules ask of the same node, and the checker looks properties up anew each time.
  const symbols = new Map<TS.Node, TS.Symbol | undefined>();
  const seen = memory.isLasting ? declarationsSeen(memory) : null;
  const cachedSymbolOf = (node: TS.Node): TS.Symbol | undefined => {
    let symbol = symbols.get(node);
    if (symbol === undefined && !symbols.has(node)) symbols.set(node, (symbol = symbolOf(checker, node)));
    if (symbol !== undefined) seen?.symbol(symbol);
    return symbol;
  };
  return {
    program,
    checker,
    files,
    locationOf,
    originOf,
    symbolOf: cachedSymbolOf,
    defaultExportBehind(node) {
      const found = defaultExportBehind(checker, node);
      return found !== null && originOf(found).kind === "project" ? found : null;
    },
    authoringName(node) {
      if (!mayBeImported(node)) return null;
      const symbol = cachedSymbolOf(node);
      return symbol === undefined ? null : (authoring.get(symbol) ?? null);
    },
    isGlobal: (symbol, name) =>
      symbol !== undefined &&
      symbol.name === name &&
      (symbol.declarations?.some(
        (declaration) =>
          program.isSourceFileDefaultLibrary(declaration.getSourceFile()) &&
          ts.isSourceFile(declarationScope(declaration)),
      ) ??
        false),
    projectFiles: program.getSourceFiles().filter((file) => originOf(file).kind === "project"),
    isLinked: (file) => linked.has(file),
    memory,
  };
}

/** Whoever asks for the origin of a declaration is about to look at it. */
function seeing(originOf: ProgramView["originOf"], memory: Memory): ProgramView["originOf"] {
  return (declaration) => {
    memory.saw(declaration.getSourceFile());
    return originOf(declaration);
  };
}

function declarationScope(declaration: TS.Node): TS.Node {
  if (ts.isVariableDeclaration(declaration)) return declaration.parent.parent.parent;
  return declaration.parent;
}
