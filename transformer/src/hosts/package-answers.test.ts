import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answersIn, hostFiles } from "./package-answers.js";
import { ts } from "../compiler/ts.js";

describe("the folder of answers on packages", () => {
  let folder = "";
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "continuum-answers-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("gives what was written, to other processes too", () => {
    answersIn(`${folder}/packages`).write("key", "text");
    expect(answersIn(`${folder}/packages`).read("key")).toBe("text");
    expect(answersIn(`${folder}/packages`).read("other")).toBeUndefined();
  });

  it("leaves nothing half written beside its files", () => {
    const answers = answersIn(`${folder}/packages`);
    answers.write("key", "one");
    answers.write("key", "two");
    expect(readdirSync(`${folder}/packages`)).toEqual(["key"]);
  });

  it("danger: a place that can't be written stops no compilation", () => {
    writeFileSync(`${folder}/packages`, "a file where the folder should be");
    const answers = answersIn(`${folder}/packages`);
    expect(() => answers.write("key", "text")).not.toThrow();
    expect(answers.read("key")).toBeUndefined();
  });

  it("does not grow without end", () => {
    const answers = answersIn(`${folder}/packages`);
    for (let i = 0; i < 320; i++) answers.write(`key${String(i)}`, "text");
    expect(readdirSync(`${folder}/packages`).length).toBeLessThanOrEqual(300);
    expect(answers.read("key319")).toBe("text");
  });

  it("lies in the project's node_modules, and nowhere where there are none", () => {
    const program = (at: string) =>
      ts.createProgram({
        rootNames: [],
        options: {},
        host: { ...ts.createCompilerHost({}), getCurrentDirectory: () => at },
      });
    mkdirSync(`${folder}/shop/node_modules`, { recursive: true });
    mkdirSync(`${folder}/shop/src`);
    hostFiles(program(`${folder}/shop/src`)).kept?.write("key", "text");
    expect(existsSync(`${folder}/shop/node_modules/.cache/continuum/packages/key`)).toBe(true);
    expect(hostFiles(program("/")).kept === undefined || existsSync("/node_modules")).toBe(true);
  });
});
