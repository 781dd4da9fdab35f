/*
 * What the proof costs: `continuum check` beside plain `tsc --noEmit`, both as whole processes over one generated program, in
 * turns, so that what else the machine does hits both; and an edit while it watches.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { median } from "../table.js";
import type { Findings } from "../table.js";
import { generateProgram } from "./program.js";
import { writeProject } from "./project-folder.js";
import { timeEdits } from "./time-edits.js";

const SHAPE = { modules: 500, workflows: 50 };
const ROUNDS = 5;
const RATIO = 1.5;
const EDIT_MS = 150;

export function benchCheck(): Findings {
  const program = generateProgram(SHAPE);
  const project = writeProject(program);
  try {
    const plain: number[] = [];
    const checked: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const times = [
        run(tsc(), ["--noEmit", "-p", project.path]),
        run(continuum(), ["check", "-p", project.path]),
      ];
      // The first round reads the files from the disk.
      if (round === 0) continue;
      plain.push(times[0] ?? Number.NaN);
      checked.push(times[1] ?? Number.NaN);
    }
    const edits = timeEdits(project.path, program.helper, "rehearsed");
    const atOnce = timeEdits(project.path, program.helper, "at once");
    const ratio = Math.min(...checked) / Math.min(...plain);
    const ofMedians = median(checked) / median(plain);
    return {
      heading: `Checking ${SHAPE.modules} modules with ${SHAPE.workflows} workflows, ${ROUNDS} runs of each in turns, Node ${process.versions.node}. Targets: ${RATIO} × tsc, ${EDIT_MS} ms for an edit.`,
      rows: [
        ["", "min", "median"],
        ["tsc --noEmit", seconds(Math.min(...plain)), seconds(median(plain))],
        ["continuum check", seconds(Math.min(...checked)), seconds(median(checked))],
        ["ratio", `${ratio.toFixed(2)} ×`, `${ofMedians.toFixed(2)} ×`],
        ...[...edits, ...atOnce].map(({ title, times }) => [
          title,
          `${Math.min(...times).toFixed(0)} ms`,
          `${median(times).toFixed(0)} ms`,
        ]),
      ],
      summary: {
        name: "check",
        ...SHAPE,
        tscMs: plain.map(Math.round),
        checkMs: checked.map(Math.round),
        ratio: Number(ratio.toFixed(3)),
        ratioOfMedians: Number(ofMedians.toFixed(3)),
        targetRatio: RATIO,
        edits: [...edits, ...atOnce].map(({ title, times }) => ({
          title,
          ms: times.map((ms) => Number(ms.toFixed(1))),
        })),
        targetEditMs: EDIT_MS,
        // By medians, as one lucky run of either moves a minimum. Who edits at once meets an engine that has compiled nothing yet: said, and
        // no target.
        met: ofMedians < RATIO && edits.every(({ times }) => median(times) < EDIT_MS),
        node: process.versions.node,
      },
    };
  } finally {
    project.remove();
  }
}

function run(script: string, args: readonly string[]): number {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  const took = performance.now() - start;
  // A check that stopped early would look fast.
  if (status !== 0) throw new Error(`${script} ended with ${String(status)}\n${stdout}${stderr}`);
  return took;
}

const require = createRequire(import.meta.url);

function tsc(): string {
  return join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
}

function continuum(): string {
  return join(dirname(require.resolve("@continuum/cli/package.json")), "bin/continuum.js");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
