/*
 * Purpose: what a language service in an editor asks of the compiler, of the programs that the editor makes as the user types.
 * Owns: Continuum's answers in TypeScript's own forms, one examination per program; hashes and sites only for who hovers.
 * Does not own: when they are asked for, and what else the editor shows (packages/language-service).
 *
 * Invariants
 *  1. The editor's TypeScript looks at the editor's nodes: numbers of syntax kinds differ between versions. A version that the
 *     compiler was never tried with gets a message in the place of diagnostics.
 *  2. Each answer is of the whole program as it is, as in a build: a mistake shows in its file whatever was edited.
 */
import { AUTHORING_ENTRY } from "@continuum/contract";
import { ts, useTypeScript } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { toTsDiagnostic } from "../diagnostics/ts-diagnostic.js";
import { examine } from "../pipeline.js";
import type { CompileOptions, Examination, EffectSummary } from "../pipeline.js";
import { compileOptionsOf } from "./check-project.js";
import { followEdits } from "./edits.js";
import { hostFiles } from "./package-answers.js";
import { readPluginOptions, typeScriptMistake } from "./ts-patch/plugin-options.js";

export interface Editor {
  /** Continuum's errors and warnings in a file, each with its hint; the path is its related information. */
  diagnostics(program: TS.Program, fileName: string): readonly TS.Diagnostic[];
  /** The changes that mend what stands at a range, of the given error codes. */
  fixes(
    program: TS.Program,
    fileName: string,
    start: number,
    end: number,
    codes: readonly number[],
  ): readonly TS.CodeFixAction[];
  /** The effect call whose name stands at a position of a file. */
  effectAt(program: TS.Program, fileName: string, position: number): EffectSummary | null;
}

/**
 * For a plugin of tsserver: `typescript` is the editor's, `config` the plugin's entry in the tsconfig.
 *
 * @example const editor = openEditor(modules.typescript, info.config);
 */
export function openEditor(typescript: typeof TS, config: unknown): Editor {
  useTypeScript(typescript);
  const settingsOf = settingsReader(config);
  const history = followEdits();
  const examinations = new WeakMap<TS.Program, Examination>();
  const examined = (program: TS.Program): Examination | null => {
    const { options, mistakes } = settingsOf(program);
    if (mistakes.length > 0) return null;
    let examination = examinations.get(program);
    if (examination === undefined) {
      const files = hostFiles(program);
      const { memory } = history.next(program, files, options);
      examinations.set(program, (examination = examine(program, options, files, memory)));
    }
    return examination;
  };
  const inFile = (program: TS.Program, fileName: string): readonly Diagnostic[] =>
    (examined(program)?.diagnostics ?? []).filter((each) => each.fileName === fileName);
  return {
    diagnostics(program, fileName) {
      const { mistakes } = settingsOf(program);
      if (mistakes.length > 0) return atImport(program, fileName, mistakes);
      return inFile(program, fileName).map((diagnostic) => toTsDiagnostic(program, diagnostic));
    },
    fixes(program, fileName, start, end, codes) {
      return inFile(program, fileName)
        .filter(({ code, place }) => codes.includes(numberOf(code)) && overlaps(place, start, end))
        .flatMap((diagnostic) => codeFixes(diagnostic));
    },
    effectAt(program, fileName, position) {
      const found = (examined(program)?.compiled().effects() ?? []).filter(
        (effect) => effect.fileName === fileName && effect.start <= position && position <= effect.nameEnd,
      );
      // `activity(a(activity(b())))`: the innermost call begins last.
      return found.sort((a, b) => b.start - a.start)[0] ?? null;
    },
  };
}

const SELECT_VERSION =
  "Install typescript@6.0.3 in the project, and let the editor use that one (VS Code: TypeScript: Select TypeScript Version).";

interface Settings {
  readonly options: CompileOptions;
  readonly mistakes: readonly TS.Diagnostic[];
}

/** What the plugin's entry says, and what the build's entry beside it says: both see the same program. */
function settingsReader(config: unknown): (program: TS.Program) => Settings {
  const read = new WeakMap<TS.Program, Settings>();
  return (program) => {
    let settings = read.get(program);
    if (settings !== undefined) return settings;
    const outdated = typeScriptMistake(program, SELECT_VERSION);
    if (outdated.length > 0) settings = { options: {}, mistakes: outdated };
    else {
      const own = readPluginOptions(program, config, "@continuum/language-service");
      const inputs = { options: program.getCompilerOptions() };
      const { options } = compileOptionsOf(program, inputs, own.compile.trustedModules);
      settings = { options, mistakes: own.mistakes };
    }
    read.set(program, settings);
    return settings;
  };
}

/** A mistake of the set-up concerns no place in the code; people see it where they use Continuum. */
function atImport(
  program: TS.Program,
  fileName: string,
  mistakes: readonly TS.Diagnostic[],
): readonly TS.Diagnostic[] {
  const file = program.getSourceFile(fileName);
  const specifier = file?.statements
    .filter(ts.isImportDeclaration)
    .map((statement) => statement.moduleSpecifier)
    .find((each) => ts.isStringLiteral(each) && each.text === AUTHORING_ENTRY);
  if (file === undefined || specifier === undefined) return [];
  const start = specifier.getStart(file);
  return mistakes.map((mistake) => ({ ...mistake, file, start, length: specifier.end - start }));
}

function codeFixes({ code, fixes }: Diagnostic): readonly TS.CodeFixAction[] {
  return fixes.map(({ title, edits }) => {
    const byFile = new Map<string, TS.TextChange[]>();
    for (const { fileName, start, end, text } of edits) {
      const change = { span: { start, length: end - start }, newText: text };
      const changes = byFile.get(fileName);
      if (changes === undefined) byFile.set(fileName, [change]);
      else changes.push(change);
    }
    return {
      fixName: `continuum-${code}`,
      description: title,
      changes: Array.from(byFile, ([fileName, textChanges]) => ({
        fileName,
        textChanges: inOrder(textChanges),
      })),
    };
  });
}

/** Editors apply changes as they come, and want them in the order of the text. */
function inOrder(changes: readonly TS.TextChange[]): TS.TextChange[] {
  return [...changes].sort((a, b) => a.span.start - b.span.start || a.span.length - b.span.length);
}

function overlaps(place: Diagnostic["place"], start: number, end: number): boolean {
  return place.start <= end && start <= place.start + place.length;
}

function numberOf(code: Diagnostic["code"]): number {
  return Number(code.slice(3));
}
