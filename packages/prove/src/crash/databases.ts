/*
 * The server of a proof, and a database per case. The server is that of the tests, in a process of its own.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { migrateDatabase } from "@continuum/runtime";
import pg from "pg";

export interface Database {
  readonly url: string;
  query(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  drop(): Promise<void>;
}

export interface Server {
  /** A migrated database. */
  database(): Promise<Database>;
  stop(): Promise<void>;
}

const TEMPLATE = "proof_template";

export async function startServer(): Promise<Server> {
  const program = fileURLToPath(import.meta.resolve("@continuum/workspace/test-postgres/serve"));
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (text: Buffer) => resolve(text.toString().trim()));
    child.once("exit", (code) => reject(new Error(`the server's program ended with ${String(code)}`)));
  });
  const admin = new pg.Pool({ connectionString: url, max: 2 });
  const urlOf = (name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  await admin.query(`create database ${TEMPLATE}`);
  await migrateDatabase({ database: urlOf(TEMPLATE) });
  let number = 0;
  return {
    async database() {
      const name = `proof_${++number}`;
      await admin.query(`create database ${name} template ${TEMPLATE}`);
      const pool = new pg.Pool({ connectionString: urlOf(name), max: 2 });
      pool.on("error", () => undefined); // The server closes it when it drops the database.
      return {
        url: urlOf(name),
        query: async (sql, values = []) => (await pool.query<Record<string, unknown>>(sql, [...values])).rows,
        async drop() {
          await pool.end();
          await admin.query(`drop database ${name} with (force)`);
        },
      };
    },
    async stop() {
      await admin.end();
      child.stdin.end();
      await exited;
    },
  };
}
