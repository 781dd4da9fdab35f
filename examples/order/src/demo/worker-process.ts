import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Order, Report } from "./worker.js";

/** A worker in a process of its own, with a name for the printout. */
export interface WorkerProcess {
  readonly name: string;
  readonly pid: number;
  tell(order: Order): void;
  /** Resolves with the first report, past or future, that `wanted` accepts. */
  report<R extends Report>(wanted: (report: Report) => report is R): Promise<R>;
  /** SIGKILL: no handler runs, nothing is flushed, no connection is closed. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorker(
  name: string,
  environment: Readonly<Record<string, string>>,
  listen: (report: Report) => void,
): Promise<WorkerProcess> {
  const child: ChildProcess = fork(fileURLToPath(new URL("./worker.js", import.meta.url)), {
    env: { ...process.env, ...environment },
    execArgv: ["--enable-source-maps"],
  });
  const past: Report[] = [];
  const waiting = new Set<(report: Report) => void>();
  let expected = false;
  child.on("message", (report: Report) => {
    past.push(report);
    if (report.kind === "failed") throw new Error(`${name}: ${report.message}`);
    listen(report);
    for (const look of waiting) look(report);
  });
  child.on("exit", (code, signal) => {
    if (!expected) throw new Error(`${name} ended by itself (${signal ?? String(code)})`);
  });

  const report = <R extends Report>(wanted: (report: Report) => report is R): Promise<R> =>
    new Promise((resolve) => {
      const found = past.find(wanted);
      if (found !== undefined) return resolve(found);
      const look = (news: Report): void => {
        if (!wanted(news)) return;
        waiting.delete(look);
        resolve(news);
      };
      waiting.add(look);
    });
  const ended = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };

  await report((news): news is Extract<Report, { kind: "ready" }> => news.kind === "ready");
  return {
    name,
    pid: child.pid ?? 0,
    tell: (order) => void child.send(order),
    report,
    kill: async () => {
      expected = true;
      child.kill("SIGKILL");
      await ended();
    },
    stop: async () => {
      expected = true;
      child.send({ kind: "stop" } satisfies Order);
      await ended();
    },
  };
}
