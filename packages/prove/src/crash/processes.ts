import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { FIRED, LEAVE, LEFT, READY, UNHEARD } from "./orders.js";
import type { Orders } from "./orders.js";

export interface Process {
  readonly pid: number;
  /** Resolves when it is connected, or has ended before that. */
  obey(orders: Orders): Promise<void>;
  /** Resolves when it has closed its connection, or has ended before that. */
  leave(): Promise<void>;
  /** What it has written since its last orders. */
  output(): string;
  /** Whether its failpoint was reached. */
  fired(): boolean;
  /** What it had logged in the commit behind which it died. */
  unheard(): readonly string[];
  readonly alive: boolean;
  kill(signal: NodeJS.Signals): void;
  /** The signal that ended it, or its exit code. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
}

const crashProcess = fileURLToPath(new URL("./crash-process.js", import.meta.url));

/** Starts a process, which loads everything and waits for orders. */
export function startProcess(flows: string, script = crashProcess): Process {
  const child: ChildProcess = spawn(process.execPath, [script, flows], { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  let alive = true;
  let said: () => void = () => undefined;
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.once("close", (code, signal) => {
      alive = false;
      resolve(signal ?? code);
    });
  });
  const read = (text: Buffer): void => {
    output += text.toString();
    said();
  };
  child.stdout?.on("data", read);
  child.stderr?.on("data", read);
  child.stdin?.on("error", () => undefined); // It was killed: `ended` tells.
  const tell = async (line: string, answer: string): Promise<void> => {
    output = "";
    const answered = new Promise<void>((resolve) => {
      said = () => {
        if (output.includes(`${answer}\n`)) resolve();
      };
    });
    child.stdin?.write(`${line}\n`);
    await Promise.race([answered, ended]);
  };
  return {
    pid: child.pid ?? -1,
    obey: (orders) => tell(JSON.stringify(orders), READY),
    leave: () => tell(LEAVE, LEFT),
    output: () => output,
    fired: () => output.includes(`${FIRED}\n`),
    unheard: () =>
      output.split("\n").flatMap((line) => (line.startsWith(UNHEARD) ? [line.slice(UNHEARD.length)] : [])),
    get alive() {
      return alive;
    },
    kill: (signal) => child.kill(signal),
    ended,
  };
}
