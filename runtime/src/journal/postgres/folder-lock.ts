/*
 * One opener per embedded folder: PGlite lets two processes open one, and loses data.
 *
 * The lock is a listening socket, which the kernel gives back when its process dies, however it dies: there is no stale file to
 * judge. Linux: an abstract socket. Windows: a named pipe. Elsewhere: a socket file in the temporary folder, and one that nobody
 * answers at is taken over. It is named by device and inode, so that two paths to one folder are one lock. It holds on one
 * machine (and network namespace): a folder on a network drive is not protected.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, stat, unlink, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { folderInUse, folderUnusable } from "../../errors/connect-errors.js";
import { codeOf } from "./failures.js";

export interface FolderLock {
  release(): Promise<void>;
}

/** Makes the folder if it is missing. @throws ContinuumError CTM1106 when it is open elsewhere, CTM1110 when it cannot be used. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const address = await addressOf(folder);
  const me = `${process.pid} ${randomUUID()}`;
  for (let tries = 0; ; tries++) {
    const server = await listen(address, me);
    if (server !== null) {
      if (!isFile(address) || (await stillMine(address, me))) {
        await writeFile(noteIn(folder), me).catch(() => undefined);
        return { release: () => close(server) };
      }
      await close(server);
      throw folderInUse(folder, pidOf(await ask(address)));
    }
    const holder = await ask(address);
    // The second look: whoever held it may have died between the two questions.
    if (holder !== null || tries > 0) {
      // A busy holder does not answer: then what it wrote down when it came.
      const said = holder ?? "";
      throw folderInUse(
        folder,
        pidOf(said === "" ? await readFile(noteIn(folder), "utf8").catch(() => "") : said),
      );
    }
    if (isFile(address)) await unlink(address).catch(() => undefined);
  }
}

async function addressOf(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    const { dev, ino } = await stat(folder, { bigint: true });
    const name = `continuum-${dev}-${ino}`;
    if (process.platform === "linux") return `\0${name}`;
    return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
  } catch (error) {
    throw folderUnusable(folder, error);
  }
}

/** Who has it, for the message only: the lock is the socket, and a stale note locks nobody out. */
function noteIn(folder: string): string {
  return join(folder, "continuum.pid");
}

function isFile(address: string): boolean {
  return !address.startsWith("\0") && !address.startsWith("\\\\");
}

/** Null: somebody listens there, or a dead process left its socket file. */
function listen(address: string, me: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((asker) => {
      asker.on("error", () => undefined);
      asker.end(me);
    });
    server.once("error", (error) => {
      if (codeOf(error) === "EADDRINUSE") resolve(null);
      else reject(error);
    });
    server.listen(address, () => {
      // The lock lives as long as the process, and must not be what keeps it alive.
      server.unref();
      resolve(server);
    });
  });
}

/** What the holder says of itself; null when nobody answers. */
function ask(address: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(address);
    let said = "";
    socket.setTimeout(500, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
    socket.on("error", () => undefined);
    // A holder that accepts and stays silent (stopped in a debugger, say) holds all the same.
    let connected = false;
    socket.on("connect", () => (connected = true));
    socket.on("close", () => resolve(connected ? said : null));
  });
}

/** Two that found the same dead socket file may both have replaced it: the later one has it. */
async function stillMine(address: string, me: string): Promise<boolean> {
  await pause(50);
  return (await ask(address)) === me;
}

function pidOf(holder: string | null): number | null {
  const pid = Number.parseInt(holder ?? "", 10);
  return Number.isNaN(pid) ? null : pid;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
