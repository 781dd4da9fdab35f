import { describe, expect, it } from "vitest";
import { readCorpus, readFamily } from "./corpus.js";
import { judgeProgram } from "./judge-program.js";

const programs = readCorpus();

describe("the corpus", () => {
  it("has at least 300 programs, two thirds of them or somewhat more wrong", () => {
    const wrong = programs.filter(({ expected }) => expected.length > 0).length;
    expect(programs.length).toBeGreaterThanOrEqual(300);
    expect(wrong / programs.length).toBeGreaterThan(0.62);
    expect(wrong / programs.length).toBeLessThan(0.75);
  });

  it("calls no two programs of a family the same", () => {
    const names = programs.map(({ family, name }) => `${family}: ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  for (const family of new Set(programs.map((program) => program.family))) {
    it(`is judged right: ${family.replaceAll("-", " ")}`, () => {
      const complaints = programs
        .filter((program) => program.family === family)
        .flatMap((program) => judgeProgram(program).map((complaint) => `${program.name}: ${complaint}`));
      expect(complaints).toEqual([]);
    }, 120_000);
  }
});

describe("the judge", () => {
  const judge = (text: string): readonly string[] => {
    const [program] = readFamily("made", `## made\n${text}`);
    if (program === undefined) throw new Error("The text holds no program.");
    return judgeProgram(program);
  };
  const head = 'import { workflow } from "@continuum/runtime/workflow";\n';

  it("objects to a mistake that nobody reports", () => {
    const text = `${head}export const flow = workflow({ version: 1 }, async () => /*! CTM2001 */ 5);`;
    expect(judge(text)).toEqual(["accepts what is wrong: CTM2001 at order.ts:2 `5);` expected"]);
  });

  it("objects to a report that nobody expects", () => {
    const text = `${head}export const flow = workflow({ version: 1 }, async () => Date.now());`;
    expect(judge(text)).toEqual(["objects where nothing is expected: CTM2001 at order.ts:2 `Date.now());`"]);
  });

  it("tells a wrong code from the right one", () => {
    const text = `${head}export const flow = workflow({ version: 1 }, async () => /*! CTM2005 */ Date.now());`;
    expect(judge(text)).toHaveLength(2);
  });

  it("objects to a program that does not type-check", () => {
    const text = `${head}export const flow = workflow({ version: 1 }, async (): Promise<string> => 5);`;
    expect(judge(text)[0]).toMatch(/^does not type-check/);
  });
});
