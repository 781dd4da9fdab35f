/*
 * The pages of docs/errors: beside the published package, or where they are written, in its repository.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const PAGES = [new URL("../errors/", import.meta.url), new URL("../../../docs/errors/", import.meta.url)];
const PAGE = /^(CTM\d{4})\.md$/;

function folder(): string {
  const found = PAGES.map((url) => fileURLToPath(url)).find((path) => existsSync(path));
  if (found === undefined) throw new Error("CTM9210: the pages of errors are missing from this installation");
  return found;
}

export function knownCodes(): readonly string[] {
  return readdirSync(folder())
    .flatMap((name) => PAGE.exec(name)?.[1] ?? [])
    .sort();
}

/** The page of a code as Markdown; null where there is none. */
export function pageOf(code: string): string | null {
  const path = `${folder()}/${code}.md`;
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** `workflow code reads the clock` */
export function titleOf(page: string): string {
  return /^# CTM\d{4}: (.*)$/m.exec(page)?.[1] ?? "";
}

export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)("../package.json") as { readonly version: string };
  return version;
}
