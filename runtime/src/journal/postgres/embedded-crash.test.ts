import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunId } from "../../core/ids.js";
import { openJournal } from "../open.js";
import { closeAll } from "./fixtures/databases.js";

const PROGRAM = fileURLToPath(new URL("./fixtures/commit-until-killed.ts", import.meta.url));
const ROUNDS = 4;

/** A process that appends to the folder; `found` is what was there when it opened it. */
class Appender {
  readonly process: ChildProcess;
  readonly found: Promise<number>;
  #stored = 0;

  constructor(folder: string) {
    const options = ["--import", "tsx", "--conditions=@continuum/source"];
    this.process = spawn(process.execPath, [...options, PROGRAM, folder], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    let complained = "";
    this.process.stderr!.on("data", (chunk: Buffer) => (complained += chunk.toString()));
    this.found = new Promise((resolve, reject) => {
      this.process.stdout!.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const lines = said.split("\n");
        said = lines.pop()!;
        for (const line of lines) {
          const [word, count] = line.split(" ");
          if (word === "found") resolve(Number(count));
          else this.#stored = Number(count);
        }
      });
      this.process.once("exit", () => reject(new Error(`it ended by itself: ${complained}`)));
    });
    this.found.catch(() => undefined);
  }

  /** Kills it once it has stored something, after so many milliseconds more; gives how long the acknowledged history is. */
  async killAfter(delayMs: number): Promise<number> {
    const found = await this.found;
    while (this.#stored <= found) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    const closed = new Promise((resolve) => this.process.once("close", resolve));
    this.process.kill("SIGKILL");
    await closed;
    expect(this.process.signalCode).toBe("SIGKILL");
    return this.#stored;
  }
}

describe("an embedded folder whose process is killed", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "continuum-crash-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("keeps every turn that was acknowledged, opens again at once, and names a living holder", async () => {
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const appender = new Appender(folder);
      const found = await appender.found;
      // One more than was acknowledged may be there: stored, and killed before it said so.
      expect(found).toBeGreaterThanOrEqual(acknowledged);
      expect(found).toBeLessThanOrEqual(acknowledged + 1);
      if (round === 0) {
        const refused: unknown = await openJournal({ database: `pglite:${folder}` }).catch(
          (error: unknown) => error,
        );
        expect(refused).toMatchObject({ code: "CTM1106", details: { pid: appender.process.pid } });
      }
      acknowledged = await appender.killAfter(round * 37);
    }
    const opened = await openJournal({ database: `pglite:${folder}` });
    const history = await opened.reader.history("the-run" as RunId);
    expect(history.length).toBeGreaterThanOrEqual(acknowledged);
    expect(history.map((event) => event.seq)).toEqual(history.map((_, i) => i));
    await closeAll(opened);
  }, 180_000);
});
