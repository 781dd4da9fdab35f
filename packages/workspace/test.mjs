/*
 * `npm test`: set-up, every check, every test, one summary. Its last line is what CI reads: N passed, N failed, N skipped.
 * `npm test -- runtime/src/core` runs only the tests of that folder, without the checks.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { emit, install, root } from "./set-up.mjs";

// A path is made absolute: an example is a project of its own, and vitest would look for the path below it.
const filters = process.argv
  .slice(2)
  .map((argument) => (existsSync(join(root, argument)) ? join(root, argument) : argument));
if (!process.stdout.isTTY && process.env.FORCE_COLOR === undefined) process.env.NO_COLOR = "1";

const failures = [];
const count = { passed: 0, failed: 0, skipped: 0 };
function failed(what) {
  count.failed += 1;
  failures.push(what);
}

const isWhole = filters.length === 0;
install();
// Without the checks, vitest's set-up emits what the tests need. Type errors are found by the check `types`.
if (isWhole) {
  if (emit()) count.passed += 1;
  else failed("build");
}

const folder = mkdtempSync(join(tmpdir(), "continuum-test-report-"));
try {
  if (isWhole)
    readChecks(runWithReport("check", ["--import", "tsx", "packages/workspace/src/check/main.ts"]));
  const vitest = [
    "node_modules/vitest/vitest.mjs",
    "run",
    ...filters,
    "--reporter=default",
    "--reporter=json",
  ];
  readTests(runWithReport("tests", vitest));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join("\n")}`);
console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exit(count.failed === 0 ? 0 : 1);

/** Runs a program that writes its outcome, as JSON, to a file given by flag; none if it died before. */
function runWithReport(name, args) {
  const file = join(folder, `${name}.json`);
  const { status } = spawnSync(
    process.execPath,
    [...args, `--outputFile${name === "tests" ? ".json" : ""}=${file}`],
    {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  try {
    return { status, report: JSON.parse(readFileSync(file, "utf8")) };
  } catch {
    return { status, report: undefined };
  }
}

function readChecks({ status, report }) {
  const before = count.failed;
  for (const check of report ?? []) {
    if (check.problems.length === 0) count.passed += 1;
    else failed(`check: ${check.name}`);
  }
  if (status !== 0 && count.failed === before) failed(`the checks ended with ${status}`);
}

function readTests({ status, report }) {
  const before = count.failed;
  for (const file of report?.testResults ?? []) {
    const name = relative(root, file.name);
    for (const test of file.assertionResults) {
      if (test.status === "passed") count.passed += 1;
      else if (test.status === "failed") failed(`${name}: ${test.fullName}`);
      else count.skipped += 1;
    }
    // A file that does not even load has no tests which could fail.
    const hasFailedTest = file.assertionResults.some((test) => test.status === "failed");
    if (file.status === "failed" && !hasFailedTest) failed(`${name}: could not be run`);
  }
  // An error outside of any test, or vitest itself could not start.
  if (status !== 0 && count.failed === before) failed(`vitest ended with ${status}: see above`);
}
