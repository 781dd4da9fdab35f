import { compileProgram, nameOf } from "./compile-program.js";
import { inOrder } from "./corpus.js";
import type { CorpusProgram, Expectation } from "./corpus.js";

/** What the compiler said of a program and should not have, and the reverse; empty where it is right. */
export function judgeProgram(program: CorpusProgram): readonly string[] {
  const { diagnostics, typeErrors } = compileProgram(program);
  const said = diagnostics
    .map(({ code, fileName, place }) => ({ code, file: nameOf(fileName), start: place.start }))
    .sort(inOrder);
  const show = ({ code, file, start }: Expectation): string => `${code} at ${placeOf(program, file, start)}`;
  const missing = program.expected.filter((each) => !said.some((other) => isSame(each, other)));
  const surplus = said.filter((each) => !program.expected.some((other) => isSame(each, other)));
  return [
    ...typeErrors.map((error) => `does not type-check: ${error}`),
    ...missing.map((each) => `accepts what is wrong: ${show(each)} expected`),
    ...surplus.map((each) => `objects where nothing is expected: ${show(each)}`),
  ];
}

function isSame(a: Expectation, b: Expectation): boolean {
  return a.code === b.code && a.file === b.file && a.start === b.start;
}

function placeOf(program: CorpusProgram, file: string, start: number): string {
  const text = program.files.get(file) ?? "";
  const line = text.slice(0, start).split("\n").length;
  return `${file}:${String(line)} \`${text.slice(start).split("\n")[0]?.slice(0, 50) ?? ""}\``;
}
