/*
 * PostgreSQL in this process, on a folder.
 *
 * It survives the death of the process at any moment: what was acknowledged has left the process. It does not survive a power
 * loss or a crash of the operating system: PGlite does not wait for the disk. One session: proves nothing about locks.
 */
import type { PGlite, Transaction } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import type { Database, Row, Session } from "./connection.js";
import { inOrder } from "./statement.js";

export async function pgliteDatabase(folder: string): Promise<Database> {
  // Loaded when it is asked for: whoever has a server does not pay for a database in the process.
  const { PGlite } = await import("@electric-sql/pglite");
  const client = await PGlite.create({ dataDir: folder });
  return {
    ...session(client),
    builder: drizzle({ client }),
    transaction: (work) => client.transaction((transaction) => work(session(transaction))),
    close: () => client.close(),
  };
}

function session(client: PGlite | Transaction): Session {
  return {
    async query(statement, values) {
      return (await client.query<Row>(statement.text, inOrder(statement, values) as unknown[])).rows;
    },
    async script(text) {
      await client.exec(text);
    },
  };
}
