/*
 * Purpose: where answers on packages are kept between processes: files under node_modules/.cache/continuum.
 * Owns: the folder, writing so that nobody reads half a file, and throwing out what is old.
 * Does not own: whether a kept answer still holds (analyze/shipped/remember.ts).
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { FileReader, KeptAnswers } from "../compiler/packages.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

const MOST_FILES = 300;

/** What a compilation of `program` reads, by the compiler's own system, and where it keeps what it found out on packages. */
export function hostFiles(program: TS.Program): FileReader {
  const folder = cacheFolder(program.getCurrentDirectory());
  return {
    readFile: (path) => ts.sys.readFile(path),
    ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
    ...(folder === null ? {} : { kept: answersIn(folder) }),
  };
}

/** Answers in the files of a folder. */
export function answersIn(folder: string): KeptAnswers {
  return {
    analysis: analysisDigest(),
    read(key) {
      try {
        return readFileSync(`${folder}/${key}`, "utf8");
      } catch {
        // None is kept, or it can't be read: the question is answered anew.
        return undefined;
      }
    },
    write(key, text) {
      // Two processes may write the same: each writes its own file, and the last to rename it wins.
      const own = `${folder}/${key}.${String(process.pid)}.tmp`;
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(own, text);
        renameSync(own, `${folder}/${key}`);
        throwOut(folder);
      } catch {
        // A disk that is full or can't be written costs time, and changes no answer.
        remove(own);
      }
    },
  };
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder itself can't be used: then nothing was written.
  }
}

function throwOut(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= MOST_FILES) return;
  const byAge = names
    .map((name) => ({ name, at: statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => a.at - b.at);
  for (const { name } of byAge.slice(0, names.length - MOST_FILES / 2))
    rmSync(`${folder}/${name}`, { force: true });
}

/** Below the nearest node_modules; null where there is none, as outside of any project. */
function cacheFolder(start: string): string | null {
  for (
    let folder = start.replaceAll("\\", "/").replace(/\/$/, "");
    ;
    folder = folder.replace(/\/[^/]*$/, "")
  ) {
    const modules = `${folder}/node_modules`;
    if (ts.sys.directoryExists(modules)) return `${modules}/.cache/continuum/packages`;
    if (!folder.includes("/")) return null;
  }
}

let analysis: string | null = null;

/** The analysis itself is a part of every answer: another one never reads what this one wrote. */
function analysisDigest(): string {
  if (analysis !== null) return analysis;
  const folder = new URL("../analyze/shipped/", import.meta.url);
  const texts = readdirSync(folder)
    .filter((name) => /^[a-z-]+\.[jt]s$/.test(name))
    .sort()
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
  return (analysis = createHash("sha256").update(texts.join("\n")).digest("hex"));
}
