/*
 * Reads what `continuum versions --json` wrote. The file may be old or somebody else's: its form is checked before it is used.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ListedDeclaration, ListedWorkflow, VersionList } from "../formats/version-list.js";
import { UsageError } from "../usage-error.js";

/** @throws UsageError CTM1333 where the file is missing or holds something else. */
export function readVersionList(path: string, cwd: string): VersionList {
  const hint = "Write such a file with: continuum versions --json > deployed.json";
  const refuse = (what: string): UsageError => new UsageError("CTM1333", `${path} ${what}.`, hint);
  return parseVersionList(readText(resolve(cwd, path), refuse), refuse);
}

function readText(path: string, refuse: (what: string) => UsageError): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw refuse(isMissing ? "does not exist" : "can't be read");
  }
}

/** @throws what `refuse` makes of the reason why `text` can't be used: the end of a sentence. */
export function parseVersionList(text: string, refuse: (what: string) => UsageError): VersionList {
  const content = parsed(text);
  if (content === undefined) throw refuse("is no JSON");
  if (!isRecord(content) || !Array.isArray(content["workflows"])) throw refuse("is no list of versions");
  if (content["format"] !== 1)
    throw refuse("was written by a version of continuum that this one does not know");
  const workflows: readonly unknown[] = content["workflows"];
  if (!workflows.every(isWorkflow)) throw refuse("is no list of versions");
  if (workflows.some(({ hash }) => hash === null))
    throw refuse("was written of a program with errors, which has no versions");
  return { format: 1, workflows };
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

function isWorkflow(value: unknown): value is ListedWorkflow {
  return (
    isRecord(value) &&
    typeof value["name"] === "string" &&
    typeof value["label"] === "string" &&
    typeof value["current"] === "boolean" &&
    typeof value["file"] === "string" &&
    typeof value["line"] === "number" &&
    (value["hash"] === null || typeof value["hash"] === "string") &&
    Array.isArray(value["declarations"]) &&
    value["declarations"].every(isDeclaration) &&
    isMissingOr(value["packages"], (packages) => Array.isArray(packages) && packages.every(isPackage))
  );
}

function isDeclaration(value: unknown): value is ListedDeclaration {
  return (
    isRecord(value) &&
    typeof value["name"] === "string" &&
    typeof value["file"] === "string" &&
    typeof value["path"] === "string" &&
    typeof value["line"] === "number" &&
    typeof value["hash"] === "string" &&
    isMissingOr(value["form"], isText) &&
    isMissingOr(value["references"], (list) => Array.isArray(list) && list.every(Number.isInteger)) &&
    isMissingOr(value["functionNames"], (list) => Array.isArray(list) && list.every(isText)) &&
    isMissingOr(value["constants"], (map) => isRecord(map) && Object.values(map).every(isText))
  );
}

function isPackage(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value["specifier"]) &&
    isText(value["range"]) &&
    (value["content"] === null || isText(value["content"]))
  );
}

function isMissingOr(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
