/*
 * Which symbols are the functions of the authoring entry. Found from the entry's own exports, so an alias, a re-export, a
 * namespace import or a renamed import is the same function, and a look-alike of the same name is not.
 */
import { AUTHORING_ENTRY } from "@continuum/contract";
import type { LogLevel } from "@continuum/contract";
import { ts } from "./ts.js";
import type { TS } from "./ts.js";
import type { FileLocation } from "./packages.js";
import { resolveAlias } from "./symbols.js";

const RUNTIME_PACKAGE = AUTHORING_ENTRY.slice(0, AUTHORING_ENTRY.lastIndexOf("/"));
const ENTRY_FILE = /^(src|dist)\/workflow\.(d\.)?ts$/;

/** The members of the export `log`, each of which is a function of the authoring entry in its own right. */
const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/**
 * Resolved symbol → name of the export, for every export of the authoring entry that the program contains; `log.info` and its
 * equals for the members of `log`.
 */
export function findAuthoringExports(
  program: TS.Program,
  checker: TS.TypeChecker,
  locationOf: (file: TS.SourceFile) => FileLocation,
): ReadonlyMap<TS.Symbol, string> {
  const found = new Map<TS.Symbol, string>();
  const seen = new Set<TS.Symbol>();
  const takeExports = (module: TS.Symbol | undefined): void => {
    if (module === undefined || seen.has(module)) return;
    seen.add(module);
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = resolveAlias(checker, exported);
      found.set(symbol, exported.name);
      if (exported.name !== "log") continue;
      const type = checker.getTypeOfSymbol(symbol);
      for (const level of LOG_LEVELS) {
        const member = checker.getPropertyOfType(type, level);
        if (member !== undefined) found.set(member, `log.${level}`);
      }
    }
  };
  for (const file of program.getSourceFiles()) {
    if (program.isSourceFileDefaultLibrary(file)) continue;
    for (const specifier of moduleSpecifiers(file)) {
      if (specifier.text === AUTHORING_ENTRY) takeExports(checker.getSymbolAtLocation(specifier));
    }
    if (!ENTRY_FILE.test(file.fileName.replace(/^.*\/(?=(src|dist)\/workflow\.(d\.)?ts$)/, ""))) continue;
    const location = locationOf(file);
    if (location.package === RUNTIME_PACKAGE && ENTRY_FILE.test(location.path))
      takeExports(checker.getSymbolAtLocation(file));
  }
  return found;
}

function* moduleSpecifiers(file: TS.SourceFile): Generator<TS.StringLiteral> {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
    const specifier = statement.moduleSpecifier;
    if (specifier !== undefined && ts.isStringLiteral(specifier)) yield specifier;
  }
}
