/*
 * The corpus: small programs, each with the places at which the compiler must object, and nowhere else. A file of programs:
 *
 *     ## a getter that reads the clock
 *     === order.ts                         (the file's name; without this line it is order.ts)
 *     … = /*! CTM2001 *\/ Date.now() …     (the code, right before the expression that must be named)
 *
 * A line `options: dom` after the head adds the browser's library, `options: esnext` takes the newest of the language,
 * `options: loose` switches `strict` off, `options: decorators` takes those of the old kind, `options: scripts` makes no module of a
 * file without imports and exports. Files below `node_modules/` are a package of the program's.
 *
 * Not here, since one compilation does not show them: what linked packages may not do (CTM3110, 3111, 3113, 3114, in
 * transformer/src/hosts/installed-packages.test.ts), and that a refused program does not load (CTM3090, in library.test.ts there).
 */
import { readdirSync, readFileSync } from "node:fs";

export interface Expectation {
  readonly code: string;
  readonly file: string;
  /** UTF-16 offset in the file. */
  readonly start: number;
}

export interface CorpusProgram {
  /** The file of the corpus, without its ending: `clock`. */
  readonly family: string;
  readonly name: string;
  readonly options: ReadonlySet<string>;
  /** By file name. */
  readonly files: ReadonlyMap<string, string>;
  /** In the order of file and place; empty for a program that is right. */
  readonly expected: readonly Expectation[];
}

/** Several may stand before one expression. */
const MARKER = /\/\*! (CTM\d{4}) \*\/(?=((?:\s*\/\*! CTM\d{4} \*\/)*\s*))/g;

/** All programs of the corpus. */
export function readCorpus(): readonly CorpusProgram[] {
  const folder = new URL("../../corpus/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .flatMap((name) => readFamily(name.replace(/\.txt$/, ""), readFileSync(new URL(name, folder), "utf8")));
}

/** The programs of one file of the corpus. */
export function readFamily(family: string, text: string): readonly CorpusProgram[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => readProgram(family, part));
}

function readProgram(family: string, part: string): CorpusProgram {
  const [name = "", ...rest] = part.split("\n");
  const options = /^options: (.*)$/.exec(rest[0] ?? "");
  const body = (options === null ? rest : rest.slice(1)).join("\n");
  const pieces = body.split(/^=== (.+)$/m);
  const files = new Map<string, string>();
  if ((pieces[0] ?? "").trim() !== "") files.set("order.ts", pieces[0] ?? "");
  for (let i = 1; i < pieces.length; i += 2) files.set((pieces[i] ?? "").trim(), pieces[i + 1] ?? "");
  const expected = [...files]
    .flatMap(([file, text]) =>
      [...text.matchAll(MARKER)].map((match) => ({
        code: match[1] ?? "",
        file,
        start: match.index + match[0].length + (match[2] ?? "").length,
      })),
    )
    .sort(inOrder);
  return { family, name: name.trim(), options: new Set(options?.[1]?.split(/\s+/)), files, expected };
}

/** By file, place and code. */
export function inOrder(a: Expectation, b: Expectation): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start - b.start || (a.code < b.code ? -1 : 1);
}
