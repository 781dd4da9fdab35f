/*
 * What a host made of a program, in the one form in which hosts are compared.
 */
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

export interface Outcome {
  /** Compiled modules, by the path of their source; null for hosts that compile nothing. Only those with workflow code. */
  readonly modules: Readonly<Record<string, string>> | null;
  /** Modules that were emitted so that they refuse to load, by the path of their source. */
  readonly refusing: Readonly<Record<string, string>>;
  /** As `formatDiagnostic` writes them, sorted. */
  readonly diagnostics: readonly string[];
}

export interface ShownStep {
  readonly text: string;
  readonly place: string;
}

/** A diagnostic in the form of `formatDiagnostic`, from the parts that a host shows. */
export function diagnosticText(
  place: string,
  severity: string,
  code: string,
  message: string,
  path: readonly ShownStep[],
  hint: string,
): string {
  const steps = path.map((step) => `  ${step.text} (${step.place})`);
  return [`${place} ${severity} ${code}: ${message}`, ...steps, `  → ${hint}`].join("\n");
}

/** The diagnostics that stand in the messages of a host that prints them as `formatDiagnostic` writes them. */
export function diagnosticsIn(texts: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const text of texts) {
    const plain = stripVTControlCharacters(text);
    // Some hosts put a word before what a plugin says, some indent all of it.
    for (const [, before = "", block = ""] of plain.matchAll(
      /^(.*?)(src\/\S*?\.ts:\d+:\d+ (?:error|warning) CTM\d{4}: .*(?:\n.*)*?\n[ \t]*→ .*)$/gm,
    )) {
      const indent = before.trim() === "" ? before.length : 0;
      const [head = "", ...rest] = block.split("\n");
      found.add([head, ...rest.map((line) => line.slice(indent))].join("\n"));
    }
  }
  return [...found].sort();
}

/** Without what says where the map is, which is not the same everywhere. */
export function moduleText(code: string): string {
  return `${code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "").trimEnd()}\n`;
}

export function shortPath(folder: string, file: string): string {
  return relative(folder, file).replaceAll("\\", "/");
}
