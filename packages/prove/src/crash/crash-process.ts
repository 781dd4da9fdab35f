/*
 * A process of its own: a worker or a client, by orders that come on standard input, and which may include its death. It ends
 * with its standard input. Its argument is the folder of the compiled workflows.
 */
import { createInterface } from "node:readline";
import type { Continuum } from "@continuum/runtime";
import { connectThrough } from "@continuum/runtime/unstable-testing";
import { dying } from "./failpoint.js";
import { loadFlows } from "./load-flows.js";
import { proofLogger } from "./log-lines.js";
import { LEAVE, LEFT, READY, WORKER } from "./orders.js";
import type { Orders } from "./orders.js";

const { workflows, activities, flowNamed } = await loadFlows(process.argv[2]!);
let continuum: Continuum | null = null;

for await (const line of createInterface({ input: process.stdin })) {
  if (line === LEAVE) {
    await continuum?.close();
    process.stdout.write(`${LEFT}\n`);
    continue;
  }
  const orders = JSON.parse(line) as Orders;
  const { database, role, effects, dies } = orders;
  process.env["CONTINUUM_EFFECTS"] = effects;
  const works = role === "worker" || role === "founder";
  continuum = await connectThrough(
    {
      database,
      workflows,
      activities,
      worker: works ? WORKER : false,
      logger: proofLogger(effects),
      migrate: false,
    },
    (journal) => (dies === null ? journal : dying(journal, dies.at, dies.when)),
  );
  process.stdout.write(`${READY}\n`);
  await act(continuum, orders);
}
process.exit();

async function act(client: Continuum, { role, flow, runId, input }: Orders): Promise<void> {
  const run = client.run(runId);
  switch (role) {
    case "worker":
      return;
    case "founder":
    case "starter":
      await client.startUnique(flowNamed(flow), runId, input, { id: runId });
      return;
    case "sender":
      return client.signalUnique(runId, "go", "one", "one");
    case "terminator":
      return run.terminate("on purpose");
    case "canceller":
      return run.cancel("on purpose");
  }
}
