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
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(resolve(cwd, path), "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw refuse(error instanceof SyntaxError ? "is no JSON" : "can't be read");
  }
  if (!isRecord(content) || !Array.isArray(content["workflows"])) throw refuse("is no list of versions");
  if (content["format"] !== 1)
    throw refuse("was written by a version of continuum that this one does not know");
  const workflows: readonly unknown[] = content["workflows"];
  if (!workflows.every(isWorkflow)) throw refuse("is no list of versions");
  if (workflows.some(({ hash }) => hash === null))
    throw refuse("was written of a program with errors, which has no versions");
  return { format: 1, workflows };
}

function isWorkflow(value: unknown): value is ListedWorkflow {
  return (
    isRecord(value) &&
    typeof value["name"] === "string" &&
    typeof value["label"] === "string" &&
    typeof value["current"] === "boolean" &&
    typeof value["file"] === "string" &&
    (value["hash"] === null || typeof value["hash"] === "string") &&
    Array.isArray(value["declarations"]) &&
    value["declarations"].every(isDeclaration)
  );
}

function isDeclaration(value: unknown): value is ListedDeclaration {
  return (
    isRecord(value) &&
    typeof value["name"] === "string" &&
    typeof value["file"] === "string" &&
    typeof value["hash"] === "string"
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
