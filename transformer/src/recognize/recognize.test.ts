import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { viewProgram } from "../compiler/program-view.js";
import { describeRecognition } from "../fixtures/describe-recognition.js";
import { fixtureProgram, readFixture } from "../fixtures/program.js";

const folder = new URL("./fixtures/", import.meta.url);

describe("recognition finds what each fixture says, and nothing else", () => {
  for (const name of readdirSync(folder).sort()) {
    it(name.replace(/\.txt$/, "").replaceAll("-", " "), () => {
      const { files, expected } = readFixture(readFileSync(new URL(name, folder), "utf8"));
      const { program, readFile } = fixtureProgram(files);
      expect(describeRecognition(viewProgram(program, { readFile }))).toBe(expected);
    });
  }
});
