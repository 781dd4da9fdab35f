/**
 * Type-checks projects, all in one process: `type-errors.ts <root> <tsconfig>…`. Prints what is wrong, as tsc does.
 *
 * Owns: what projects share, which is most of their work. A file is parsed once, and checked once for each set of options: that of
 * a package which others import, too.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** What was parsed, by name, and by the options that parser and binder look at. */
const parsed = new Map<string, ts.SourceFile | undefined>();
const registry = ts.createDocumentRegistry();
/** Files that have been checked, with the options. */
const checked = new Set<string>();

/** What is wrong with a project, and with all that it imports from sources. */
function errorsOf(root: string, tsconfig: string): readonly ts.Diagnostic[] {
  const path = join(root, tsconfig);
  const overrides: ts.CompilerOptions = { noEmit: true, composite: false, incremental: false };
  const unreadable: ts.Diagnostic[] = [];
  const config = ts.getParsedCommandLineOfConfigFile(path, overrides, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (error) => void unreadable.push(error),
  });
  if (config === undefined || config.errors.length > 0) return config?.errors ?? unreadable;
  const { fileNames, options } = config;
  const program = ts.createProgram(fileNames, options, sharingHost(options));
  const asked = JSON.stringify({ ...options, configFilePath: "", rootDir: "", outDir: "" });
  const files = program.getSourceFiles().filter((file) => {
    if (file.isDeclarationFile || program.isSourceFileFromExternalLibrary(file)) return false;
    const key = `${file.fileName} ${asked}`;
    return !checked.has(key) && checked.add(key);
  });
  const found = [
    ...program.getOptionsDiagnostics(),
    ...files.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
    ...program.getGlobalDiagnostics(),
  ];
  if (found.length > 0 || options.declaration !== true) return found;
  return files.flatMap((file) => program.getDeclarationDiagnostics(file));
}

function sharingHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const asked = registry.getKeyForCompilationSettings(options);
  return {
    ...host,
    getSourceFile: (fileName, language, ...rest) => {
      const key = `${fileName} ${JSON.stringify(language)} ${asked}`;
      if (!parsed.has(key)) parsed.set(key, host.getSourceFile(fileName, language, ...rest));
      return parsed.get(key);
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [root = "", ...projects] = process.argv.slice(2);
  const found = ts.sortAndDeduplicateDiagnostics(projects.flatMap((project) => errorsOf(root, project)));
  process.stdout.write(
    ts.formatDiagnostics([...found], {
      getCurrentDirectory: () => root,
      getCanonicalFileName: (name) => name,
      getNewLine: () => "\n",
    }),
  );
  process.exitCode = found.length === 0 ? 0 : 1;
}
