import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { LONG } from "./longest-first.js";

test("the test files that begin first exist", () => {
  const root = new URL("../../../", import.meta.url);
  expect(LONG.filter((name) => !existsSync(fileURLToPath(new URL(name, root))))).toEqual([]);
});
