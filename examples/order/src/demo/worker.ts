/*
 * One worker process of the demo. It runs orders until it is killed, tells its parent what happens to them, and does what
 * the parent says: an embedded database belongs to one process, so even the client's calls are made here.
 */
import { Continuum, type Notice } from "@continuum/runtime";
import { fraudReview, orderFlow, type OrderInput } from "../order.js";

/** What the parent says. */
export type Order =
  | { readonly kind: "start"; readonly runId: string; readonly input: OrderInput }
  | { readonly kind: "review"; readonly runId: string; readonly verdict: "approved" | "rejected" }
  | { readonly kind: "result"; readonly runId: string }
  | { readonly kind: "stop" };

/** What the worker tells. */
export type Report =
  | { readonly kind: "ready" }
  | { readonly kind: "notice"; readonly notice: Notice }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "failed"; readonly message: string };

const tell = (report: Report): void => void process.send?.(report);

const database = process.env["ORDER_DATABASE"] ?? "pglite:.data/orders";
const continuum = await Continuum.connect({
  database,
  workflows: [orderFlow],
  worker: { leaseMs: 3_000 },
  observer: (notice) => tell({ kind: "notice", notice }),
});

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case "start":
      await continuum.start(orderFlow, order.input, { id: order.runId });
      return;
    case "review":
      await continuum.run(order.runId).signal(fraudReview, order.verdict);
      return;
    case "result":
      tell({ kind: "result", result: await continuum.run(order.runId).result() });
      return;
    case "stop":
      await continuum.close();
      process.disconnect();
  }
}

process.on("message", (order: Order) => {
  obey(order).catch((error: unknown) => tell({ kind: "failed", message: String(error) }));
});
tell({ kind: "ready" });
