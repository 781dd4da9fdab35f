/*
 * Purpose: makes incremental builds emit again whatever would come out differently, though its own text has not changed: an
 * old helper that a new workflow reaches, a workflow whose manifest holds the hash of an edited helper.
 *
 * A builder emits the files whose version differs from the one that it wrote down at its last emission, in memory or in
 * .tsbuildinfo. The version of a file is the hash of its text. Here a file that depends on more gets the digest of that added
 * to its version, so the builder's own book is the ledger: it knows what was really written, also after `--noEmit` and
 * `--noEmitOnError`, and it holds no verdict.
 *
 * Invariants
 *  1. Equal versions mean equal output: the version covers the file's text, what its emission depends on, and the transformer.
 *  2. Versions that are not hashes of text belong to other hosts (editors, bundlers), which count on their form: left alone.
 */
import { createRequire } from "node:module";
import { sha256 } from "@continuum/contract";
import type { TS } from "../../compiler/ts.js";

/** Builders' hosts give their files a version; TypeScript keeps the property out of its public types. */
interface VersionedFile extends TS.SourceFile {
  version?: string;
}

const MARK = "+continuum:";
const HASH_OF_TEXT = /^[0-9a-f]{64}$/;

const transformer = createRequire(import.meta.url)("../../../package.json") as { readonly version: string };

/** Marks the files of `dependent`, which is asked for only when a builder will look at the versions. */
export function markDependents(program: TS.Program, dependent: () => ReadonlyMap<string, string>): void {
  const versioned = program
    .getSourceFiles()
    .filter((file: VersionedFile) => HASH_OF_TEXT.test(textVersion(file)));
  if (versioned.length === 0) return;
  const digests = dependent();
  for (const file of versioned as readonly VersionedFile[]) {
    const digest = digests.get(file.fileName);
    const version = textVersion(file);
    file.version =
      digest === undefined ? version : `${version}${MARK}${sha256(`${transformer.version} ${digest}`)}`;
  }
}

/** The version as the host gave it: a watcher hands the same file to one program after the other. */
function textVersion(file: VersionedFile): string {
  return file.version?.split(MARK)[0] ?? "";
}
