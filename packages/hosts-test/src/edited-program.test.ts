/*
 * The project that bundlers hold while files are edited, against a clean one, after each of a random sequence of edits: of sources,
 * types, tsconfigs, package.json files and packages; of files that come, go and move.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { compileProgram, formatDiagnostic, openProject } from "@continuum/transformer";
import type { Project } from "@continuum/transformer";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FIRST, filesOf, RANGES } from "./edited-program.js";
import type { Choices } from "./edited-program.js";

const own = join(import.meta.dirname, "../node_modules/@continuum");
let folder: string;
let written: Record<string, string>;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "continuum-edited-")));
  written = {};
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(realpathSync(own), join(folder, "node_modules/@continuum"), "junction");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes what differs, and gives the names of it. */
function write(files: Readonly<Record<string, string>>): readonly string[] {
  const changed: string[] = [];
  for (const path of Object.keys(written)) {
    if (Object.hasOwn(files, path)) continue;
    rmSync(join(folder, path));
    changed.push(join(folder, path));
  }
  for (const [path, text] of Object.entries(files)) {
    if (written[path] === text) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    changed.push(join(folder, path));
  }
  written = { ...files };
  return changed;
}

/** All that a bundler gets to know of a program. */
function stateOf(project: Project): object {
  const sources = Object.keys(written).filter((path) => path.startsWith("src/"));
  return {
    diagnostics: project.diagnostics().map(formatDiagnostic),
    dependent: Object.fromEntries(project.dependent()),
    modules: Object.fromEntries(
      sources.sort().map((path) => [path, project.compileModule(join(folder, path))] as const),
    ),
  };
}

function cleanState(): object {
  const project = openProject({ tsconfig: folder, currentDirectory: folder });
  try {
    return stateOf(project);
  } finally {
    project.close();
  }
}

/** Small, and the same everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function step(choices: Choices, random: (below: number) => number): Choices {
  const next: Record<string, unknown> = { ...choices };
  const names = Object.keys(RANGES) as (keyof Choices)[];
  for (let left = 1 + random(2); left > 0; left--) {
    const name = names[random(names.length)]!;
    const others = RANGES[name].filter((value) => value !== next[name]);
    next[name] = others[random(others.length)];
  }
  return next as unknown as Choices;
}

const SEEDS = (process.env["CONTINUUM_EDIT_SEEDS"] ?? "1,2").split(",").map(Number);
const STEPS = Number(process.env["CONTINUUM_EDIT_STEPS"] ?? "10");

it.each(SEEDS)(
  "danger: after any edits a bundler's project has the verdict and the output of a clean one (seed %i)",
  { timeout: 120_000 },
  (seed) => {
    const random = randomOf(seed);
    let choices = FIRST;
    write(filesOf(choices));
    const project = openProject({ tsconfig: folder, currentDirectory: folder });
    const verdicts = new Set<string>();
    try {
      for (let done = 0; done < STEPS; done++) {
        const before = choices;
        choices = step(choices, random);
        const changed = write(filesOf(choices));
        // Some hosts tell of each file, some only that there is a new build.
        if (random(2) === 0) for (const file of changed) project.changed(file);
        else project.changed(folder);
        const edit = JSON.stringify(
          Object.entries(choices).filter(([name, value]) => before[name as keyof Choices] !== value),
        );
        const clean = cleanState();
        expect(stateOf(project), `step ${String(done)}: ${edit}`).toEqual(clean);
        const { manifests, diagnostics } = compileProgram({ tsconfig: folder, currentDirectory: folder });
        const text = JSON.stringify(clean);
        for (const { versionHash } of manifests.values()) expect(text).toContain(versionHash);
        verdicts.add(diagnostics.map(({ code }) => code).join(" "));
      }
      // A walk among right programs only, or among wrong ones, proves little.
      expect(verdicts.size).toBeGreaterThan(1);
      expect(verdicts).toContain("");
    } finally {
      project.close();
    }
  },
);
