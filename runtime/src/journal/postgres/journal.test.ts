import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { payloadCodec } from "../../codec/payload-codec.js";
import { journalConformance } from "../conformance/journal-suite.conformance.js";
import type { Database } from "./connection.js";
import { EMPTY, subjectOf, testServer } from "./fixtures/databases.js";
import type { Server } from "./fixtures/databases.js";
import { postgresJournal } from "./journal.js";
import { migrate } from "./migrate.js";
import { pgliteDatabase } from "./pglite-database.js";

let server: Server;
let folder: string;
let embedded: Database;

beforeAll(async () => {
  server = await testServer();
  folder = await mkdtemp(join(tmpdir(), "continuum-journal-"));
  embedded = await pgliteDatabase(folder);
  await migrate(embedded, true);
}, 60_000);

afterAll(async () => {
  await embedded.close();
  await rm(folder, { recursive: true });
});

journalConformance("on a server", async () => {
  await server.empty();
  return subjectOf(await server.open());
});

// PGlite takes seconds to open: one database for the file, and a journal on it for each test.
journalConformance("on PGlite", async () => {
  await embedded.script(EMPTY);
  const shared = { ...embedded, close: () => Promise.resolve() };
  const ports = { exclusive: true, patienceMs: 1_000, codec: payloadCodec(), random: Math.random };
  const opened = postgresJournal(shared, ports);
  return { ...opened, close: () => opened.journal.close() };
});
