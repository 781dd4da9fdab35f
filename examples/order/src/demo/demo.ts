/*
 * `npm run demo`: an order whose worker is killed after the card was charged and before the fraud review arrived.
 *
 * Embedded: the second worker opens the folder that the first one left behind. On a server (DATABASE_URL): both workers
 * run from the start, and the survivor takes the run over when the lease of the dead one has expired.
 */
import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { orderFlow } from "../order.js";
import { entries } from "../world.js";
import { heading, line, said, style } from "./print.js";
import { startWorker, type WorkerProcess } from "./worker-process.js";
import type { Report } from "./worker.js";

const project = fileURLToPath(new URL("../..", import.meta.url));
process.chdir(project);
const server = process.env["DATABASE_URL"];
const orderId = `order-${Date.now().toString(36)}`;

await rm(".data", { recursive: true, force: true });
heading("The workflow");
said("source", "examples/order/src/order.ts, type-checked and compiled by tspc");
said("version", `${orderFlow.name} ${orderFlow.version.label}, hash ${orderFlow.version.hash.slice(0, 12)}`);
said(
  "database",
  server === undefined
    ? "embedded Postgres (PGlite) in examples/order/.data/orders"
    : "the server of DATABASE_URL",
);

heading("The order");
const environment = { ORDER_DATABASE: server ?? "pglite:.data/orders" };
const workers: WorkerProcess[] = [await launch("worker A")];
if (server !== undefined) workers.push(await launch("worker B"));
const first = workers[0]!;
first.tell({
  kind: "start",
  runId: orderId,
  input: {
    orderId,
    items: [
      { sku: "teapot", quantity: 1, price: 4_900 },
      { sku: "cup", quantity: 4, price: 950 },
    ],
  },
});
await first.report(noticeOf("signal_awaited"));
said("bank", `${String(await charges())} charge for ${orderId} in the bank's own book`);

heading("The kill");
await first.kill();
said(
  first.name,
  style("red", `SIGKILL to process ${String(first.pid)}: card charged, fraud review still to come`),
);

heading("The take-over");
const second = workers[1] ?? (await launch("worker B"));
await second.report(noticeOf("signal_awaited"));
said("you", "signal fraudReview: approved");
second.tell({ kind: "review", runId: orderId, verdict: "approved" });
second.tell({ kind: "result", runId: orderId });
const { result } = await second.report(
  (report): report is Extract<Report, { kind: "result" }> => report.kind === "result",
);
await second.stop();

heading("The result");
said("result", JSON.stringify(result));
const charged = await charges();
said(
  "bank",
  style(charged === 1 ? "green" : "red", `${String(charged)} charge for ${orderId} in the bank's own book`),
);

heading("The same order with a Date.now() hidden two modules away");
const pretty = String(process.stdout.isTTY === true);
const refused = spawnSync(
  process.execPath,
  [tspc(), "-p", "refused/tsconfig.json", "--noEmit", "--pretty", pretty],
  {
    encoding: "utf8",
  },
);
const isRefused = refused.status !== 0 && refused.stdout.includes("CTM2001");
console.log(refused.stdout.replace(/^/gm, "  ").trimEnd());
said(
  "tspc",
  isRefused
    ? style("green", `exit code ${String(refused.status)}: this workflow does not build`)
    : style("red", "did not refuse it"),
);

if (charged !== 1 || !isRefused) process.exitCode = 1;

function launch(name: string): Promise<WorkerProcess> {
  return startWorker(name, environment, (report) => {
    if (report.kind === "ready") said(name, "is ready");
    if (report.kind !== "notice") return;
    const { notice } = report;
    if (!("runId" in notice) || notice.runId !== orderId) return;
    if (notice.kind === "claimed" && notice.takenFrom !== null)
      said(name, style("yellow", "takes the run over"));
    if (notice.kind === "event") said(name, line(notice));
  });
}

function noticeOf(kind: string): (report: Report) => report is Extract<Report, { kind: "notice" }> {
  return (report): report is Extract<Report, { kind: "notice" }> =>
    report.kind === "notice" && report.notice.kind === "event" && report.notice.event.kind === kind;
}

async function charges(): Promise<number> {
  return (await entries("bank")).filter((entry) => entry.kind === "charge" && entry.orderId === orderId)
    .length;
}

function tspc(): string {
  return createRequire(import.meta.url).resolve("ts-patch/bin/tspc.js");
}
