/**
 * What a package promises: the exports of an entry point, with their types, as text that reads well in a diff.
 *
 * Owns: the text. It is made from the declarations that the compiler emits, without bodies and comments.
 * Invariant: independent of the order of imports and of where in the package something is declared.
 */
import { join } from "node:path";
import ts from "typescript";
import { sourceCondition } from "../packages.js";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: [sourceCondition],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  declaration: true,
  emitDeclarationOnly: true,
  removeComments: true,
  stripInternal: true,
  skipLibCheck: true,
};

/** For each source file of an entry point: its exports, sorted, one declaration after the other. */
export function describeExports(root: string, sources: readonly string[]): ReadonlyMap<string, string> {
  const program = ts.createProgram(
    sources.map((source) => join(root, source)),
    options,
  );
  const checker = program.getTypeChecker();
  const declarationsOf = declarationEmitter(program);
  return new Map(
    sources.map((source) => {
      const file = program.getSourceFile(join(root, source));
      const module = file && checker.getSymbolAtLocation(file);
      if (module === undefined) throw new Error(`${source} is not there, or exports nothing`);
      const exports = checker
        .getExportsOfModule(module)
        .map((symbol) => describe(symbol, checker, declarationsOf));
      return [source, `${exports.sort().join("\n")}\n`];
    }),
  );
}

type DeclarationsOf = (file: ts.SourceFile) => ts.SourceFile;

function describe(symbol: ts.Symbol, checker: ts.TypeChecker, declarationsOf: DeclarationsOf): string {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const texts = (target.declarations ?? []).map((declaration) => {
    const emitted = declarationsOf(declaration.getSourceFile());
    return statementsNamed(emitted, target.name).map((statement) => statement.getText(emitted));
  });
  const text = [...new Set(texts.flat())].join("\n") || checker.typeToString(checker.getTypeOfSymbol(target));
  const plain = text.replaceAll(/^(export )?(default )?(declare )?/gm, "");
  return symbol.name === target.name ? plain : `// as ${symbol.name}\n${plain}`;
}

function statementsNamed(file: ts.SourceFile, name: string): readonly ts.Node[] {
  return file.statements.filter((statement) => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.some(
        (declaration) => declaration.name.getText(file) === name,
      );
    }
    const isDefault = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isDefaultModifier);
    const declared = (statement as { name?: ts.Node }).name?.getText(file);
    return declared === name || (isDefault === true && name === "default");
  });
}

function isDefaultModifier(modifier: ts.Modifier): boolean {
  return modifier.kind === ts.SyntaxKind.DefaultKeyword;
}

function declarationEmitter(program: ts.Program): DeclarationsOf {
  const emitted = new Map<ts.SourceFile, ts.SourceFile>();
  return (file) => {
    if (file.isDeclarationFile) return file;
    const known = emitted.get(file);
    if (known !== undefined) return known;
    let text = "";
    program.emit(file, (_name, declarations) => (text = declarations), undefined, true);
    const parsed = ts.createSourceFile(`${file.fileName}.d.ts`, text, ts.ScriptTarget.ES2023, true);
    emitted.set(file, parsed);
    return parsed;
  };
}
