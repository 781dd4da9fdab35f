import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../conformance/workbench.conformance.js";
import type { OpenedJournal } from "../open.js";
import type { Hint } from "../wake-ups.js";
import { testServer } from "./fixtures/databases.js";
import type { Server } from "./fixtures/databases.js";

const RUN = { kind: "run", worker: "w", runId: "r" } as Hint;
const END = { kind: "end", runId: "r" } as Hint;
const WORK: Hint = { kind: "work" };

describe("hints between processes", () => {
  let server: Server;
  let sender: OpenedJournal;
  const reports: unknown[] = [];
  beforeAll(async () => {
    server = await testServer();
    sender = await server.open();
  });
  afterEach(() => void reports.splice(0));

  /** A second process, as far as hints are concerned, that listens already. */
  const listener = async (): Promise<{ readonly heard: Hint[]; readonly opened: OpenedJournal }> => {
    const opened = await server.open({ report: (error) => reports.push(error) });
    const heard: Hint[] = [];
    opened.wakeUps.subscribe((hint) => heard.push(hint));
    await listening(1);
    return { heard, opened };
  };
  /** Until at least so many connections besides the sender's listen. */
  const listening = (others: number): Promise<unknown> =>
    until(async () => {
      const { rows } = await server.admin.query<{ n: number }>(
        "select count(*)::int as n from pg_stat_activity where datname = current_database() and query = 'listen continuum' and state = 'idle'",
      );
      return rows[0]!.n > others;
    });

  it("arrive, in order, each kind with its fields", async () => {
    const { heard, opened } = await listener();
    sender.wakeUps.publish([RUN, END]);
    sender.wakeUps.publish([WORK]);
    await until(() => Promise.resolve(heard.length >= 3));
    expect(heard).toEqual([RUN, END, WORK]);
    await opened.wakeUps.close();
  });

  it("reach one's own subscribers once, without the way over the server", async () => {
    const { heard, opened } = await listener();
    opened.wakeUps.publish([RUN]);
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toEqual([RUN]);
    // What the sender says next has come the same way as an echo would have.
    sender.wakeUps.publish([WORK]);
    await until(() => Promise.resolve(heard.length >= 2));
    expect(heard).toEqual([RUN, WORK]);
    await opened.wakeUps.close();
  });

  it("that are forged, or no hints at all, disturb nobody", async () => {
    const { heard, opened } = await listener();
    const forged = [
      "",
      "{",
      "null",
      "[]",
      '["x","run",7]',
      '["x","run","r"]',
      '["x","nope"]',
      '["x","end","r"]',
    ];
    for (const text of forged) await server.admin.query("select pg_notify('continuum', $1)", [text]);
    await until(() => Promise.resolve(heard.length > 0));
    expect(heard).toEqual([END]);
    expect(reports).toEqual([]);
    await opened.wakeUps.close();
  });

  it("come again after the connection was lost, which is reported once and hinted as work", async () => {
    const { heard, opened } = await listener();
    await server.admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'listen continuum'",
    );
    await until(() => Promise.resolve(heard.some((hint) => hint.kind === "work")));
    sender.wakeUps.publish([RUN]);
    await until(() => Promise.resolve(heard.some((hint) => hint.kind === "run")));
    expect(reports).toHaveLength(1);
    await opened.wakeUps.close();
  });

  it("that a subscriber fails at reach the others, and the failure is reported", async () => {
    const { heard, opened } = await listener();
    const stop = opened.wakeUps.subscribe(() => {
      throw new Error("mine");
    });
    const after: Hint[] = [];
    opened.wakeUps.subscribe((hint) => after.push(hint));
    opened.wakeUps.publish([RUN]);
    await until(() => Promise.resolve(after.length > 0));
    expect(heard).toEqual([RUN]);
    expect(reports).toMatchObject([{ message: "mine" }]);
    stop();
    opened.wakeUps.publish([RUN]);
    await until(() => Promise.resolve(after.length > 1));
    expect(reports).toHaveLength(1);
    await opened.wakeUps.close();
  });

  it("of one burst go in few statements, doubles once", async () => {
    const { heard, opened } = await listener();
    for (let i = 0; i < 1_000; i++)
      sender.wakeUps.publish([{ kind: "run", worker: "w", runId: `r${i % 10}` } as Hint]);
    sender.wakeUps.publish([WORK]);
    await until(() => Promise.resolve(heard.some((hint) => hint.kind === "work")));
    expect(heard.length).toBeLessThanOrEqual(22);
    expect(new Set(heard.map((hint) => JSON.stringify(hint))).size).toBe(11);
    await opened.wakeUps.close();
  });

  it("end with close: nothing is heard or sent any more", async () => {
    const { heard, opened } = await listener();
    await opened.wakeUps.close();
    opened.wakeUps.publish([RUN]);
    sender.wakeUps.publish([RUN]);
    const witness = await listener();
    sender.wakeUps.publish([WORK]);
    await until(() => Promise.resolve(witness.heard.length > 0));
    expect(heard).toEqual([]);
    await witness.opened.wakeUps.close();
  });
});
