import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const bin = join(import.meta.dirname, "../bin/continuum.js");

it(
  "says nothing to a reader that has left, as head does, and ends as it would have",
  { timeout: 60_000 },
  async () => {
    const child = spawn(process.execPath, [bin, "rules", "--json"], { stdio: ["ignore", "pipe", "pipe"] });
    let err = "";
    child.stderr.on("data", (text: Buffer) => void (err += text.toString()));
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.stdout.destroy();
    expect(await ended).toBe(0);
    expect(err).toBe("");
  },
);

it("danger: ends when all that it says has arrived, however much that is", { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, [bin, "rules", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  const texts: Buffer[] = [];
  child.stdout.on("data", (text: Buffer) => void texts.push(text));
  await new Promise<void>((resolve) => child.once("close", () => resolve()));
  const text = Buffer.concat(texts).toString();
  // More than the system keeps for a reader.
  expect(text.length).toBeGreaterThan(300_000);
  expect(JSON.parse(text)).toBeDefined();
});
