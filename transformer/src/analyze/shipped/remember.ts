/*
 * Purpose: answers are kept, in memory and where the host keeps them, since packages change far less often than programs.
 *
 * Invariants
 *  1. An answer is used only while every file that was read for it, or looked for in vain, is as it was. So a package that was
 *     patched in place, or linked, is read anew, whatever its version says.
 *  2. What can't be read, was cut off or was written by another analysis is no answer. Then the question is answered anew.
 */
import { ts } from "../../compiler/ts.js";
import type { FileReader } from "../../compiler/packages.js";
import { sha256 } from "../../compiler/sha256.js";
import { knownApis } from "../known-apis.js";
import type { ShippedFiles } from "./resolve.js";
import { REVIEWED_PACKAGES } from "./reviewed-packages.js";
import { answer } from "./verdict.js";
import type { Answer, Question } from "./verdict.js";

interface Kept {
  readonly answer: Answer;
  /** Path → digest of the text, null where there was no file. */
  readonly read: readonly (readonly [path: string, digest: string | null])[];
  readonly links: readonly (readonly [path: string, real: string])[];
}

/** Of this process: watchers and editors ask the same again and again. */
const memory = new Map<string, Kept>();
const MOST = 500;

/** Answers from what is kept, where that still holds. */
export function rememberedAnswer(question: Question, files: FileReader): Answer {
  const key = sha256(JSON.stringify([tableDigest(), ts.version, files.kept?.analysis ?? "", question]));
  const known = memory.get(key) ?? readKept(files.kept?.read(key));
  if (known !== null && holds(known, files)) {
    keep(key, known);
    return known.answer;
  }
  const { recorder, taken } = recording(files);
  const found = answer(question, recorder);
  const kept: Kept = { answer: found, ...taken() };
  keep(key, kept);
  const body = JSON.stringify(kept);
  files.kept?.write(key, `${sha256(body)}\n${body}`);
  return found;
}

function keep(key: string, kept: Kept): void {
  memory.delete(key);
  memory.set(key, kept);
  if (memory.size > MOST) memory.delete(memory.keys().next().value ?? "");
}

function readKept(text: string | undefined): Kept | null {
  if (text === undefined) return null;
  const end = text.indexOf("\n");
  const body = text.slice(end + 1);
  // The digest tells a file that was cut off, and anything that this code has not written.
  if (end < 0 || text.slice(0, end) !== sha256(body)) return null;
  return JSON.parse(body) as Kept;
}

function holds({ read, links }: Kept, files: FileReader): boolean {
  return (
    links.every(([path, real]) => (files.realpath?.(path) ?? path) === real) &&
    read.every(([path, expected]) => {
      const text = files.readFile(path);
      return text === undefined ? expected === null : expected === sha256(text);
    })
  );
}

/** Reads each file once, and notes what it was. */
function recording(files: FileReader): {
  readonly recorder: ShippedFiles;
  readonly taken: () => Pick<Kept, "read" | "links">;
} {
  const texts = new Map<string, string | undefined>();
  const links = new Map<string, string>();
  return {
    recorder: {
      readFile(path) {
        if (!texts.has(path)) texts.set(path, files.readFile(path));
        return texts.get(path);
      },
      realpath(path) {
        let real = links.get(path);
        if (real === undefined) links.set(path, (real = files.realpath?.(path) ?? path));
        return real;
      },
    },
    taken: () => ({
      read: Array.from(texts, ([path, text]) => [path, text === undefined ? null : sha256(text)] as const),
      links: Array.from(links),
    }),
  };
}

let table: string | null = null;

/** The tables of known APIs and of what was reviewed are a part of every answer. */
function tableDigest(): string {
  return (table ??= sha256(JSON.stringify([Array.from(knownApis), REVIEWED_PACKAGES])));
}
