import { describe, expect, it } from "vitest";
import { viewProgram } from "../compiler/program-view.js";
import { fixtureProgram } from "../fixtures/program.js";
import { recognize } from "../recognize/recognize.js";
import { CONTRACTS, DIFFERENT_CONTRACTS, SAME_CONTRACTS } from "./fixtures/contract-pairs.js";
import { DIFFERENT_EFFECTS, EFFECTS, SAME_EFFECTS } from "./fixtures/effect-pairs.js";
import { DIFFERENT_FORMS, FORMS, SAME_FORMS } from "./fixtures/form-pairs.js";
import { DIFFERENT_HOOKED, HOOKED, SAME_HOOKED } from "./fixtures/hook-pairs.js";
import { DIFFERENT_LOADING, LOADING, SAME_LOADING } from "./fixtures/loading-pairs.js";
import { DIFFERENT_NAMES, NAMES, SAME_NAMES } from "./fixtures/name-pairs.js";
import { BASE, DIFFERENT, SAME } from "./fixtures/program-pairs.js";
import type { Change } from "./fixtures/program-pairs.js";
import { DIFFERENT_SETTINGS, SAME_SETTINGS, SETTINGS } from "./fixtures/settings-pairs.js";
import { versionWorkflows } from "./versions.js";
import type { WorkflowVersion } from "../ir/version.js";

/** "Cannot find name", "has no exported member", "cannot find module": a pair with one of these would prove nothing. */
const UNRESOLVED: ReadonlySet<number> = new Set([2304, 2305, 2307, 2339, 2552, 2724]);

function versionOf(files: Readonly<Record<string, string>>): WorkflowVersion {
  const { program, readFile } = fixtureProgram(new Map(Object.entries(files)));
  const ownFiles = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith("/shop/src/"));
  const broken = [
    ...program.getSyntacticDiagnostics(),
    ...ownFiles.flatMap((file) => program.getSemanticDiagnostics(file)),
  ].filter(({ code }) => code < 2000 || UNRESOLVED.has(code));
  expect(broken.map(({ messageText }) => messageText)).toEqual([]);
  const view = viewProgram(program, { readFile });
  const { model, mutations } = recognize(view);
  for (const [workflow, version] of versionWorkflows(view, model, mutations, readFile)) {
    if (workflow.file.fileName.endsWith("/order.ts")) return version;
  }
  throw new Error("order.ts has no workflow");
}

function changed(base: Readonly<Record<string, string>>, change: Change): Readonly<Record<string, string>> {
  const files: Record<string, string> = { ...base };
  for (const [file, from, to] of change.edits) {
    const before = files[file] ?? "";
    files[file] = before.replace(from, to);
    if (files[file] === before) throw new Error(`"${change.name}" changes nothing in ${file}`);
  }
  for (const [path, text] of Object.entries(change.added ?? {})) files[path] = text;
  for (const [from, to] of Object.entries(change.moved ?? {})) {
    files[to] = files[from] ?? "";
    delete files[from];
  }
  return files;
}

describe.each([
  { program: "an order", files: BASE, same: SAME, different: DIFFERENT },
  {
    program: "children and recorded values",
    files: EFFECTS,
    same: SAME_EFFECTS,
    different: DIFFERENT_EFFECTS,
  },
  {
    program: "contracts of signals and inputs",
    files: CONTRACTS,
    same: SAME_CONTRACTS,
    different: DIFFERENT_CONTRACTS,
  },
  {
    program: "constants that are filled while modules load",
    files: LOADING,
    same: SAME_LOADING,
    different: DIFFERENT_LOADING,
  },
  { program: "settings of packages", files: SETTINGS, same: SAME_SETTINGS, different: DIFFERENT_SETTINGS },
  {
    program: "what the language calls by itself",
    files: HOOKED,
    same: SAME_HOOKED,
    different: DIFFERENT_HOOKED,
  },
  { program: "forms of the language", files: FORMS, same: SAME_FORMS, different: DIFFERENT_FORMS },
  { program: "names", files: NAMES, same: SAME_NAMES, different: DIFFERENT_NAMES },
])("the version hash of $program", ({ files, same, different }) => {
  const base = versionOf(files);

  describe("does not notice", () => {
    for (const change of same) {
      it(change.name, () => {
        const version = versionOf(changed(files, change));
        expect(version.hash).toBe(base.hash);
        expect(version.sites.map(({ id }) => id)).toEqual(base.sites.map(({ id }) => id));
      });
    }
  });

  describe("notices", () => {
    const hashes = new Map<string, string>();
    for (const change of different) {
      it(change.name, () => {
        const { hash } = versionOf(changed(files, change));
        hashes.set(change.name, hash);
        expect(hash).not.toBe(base.hash);
      });
    }

    it("each change as another one", () => {
      expect(new Set(hashes.values()).size).toBe(different.length);
    });
  });
});
