/**
 * Where the test server's programs and data may lie.
 *
 * Owns: the temporary folder, its removal, and the folders that killed runs left behind.
 * Invariant: Postgres refuses to run as root, so what it reads and writes must be reachable by another user.
 */
import { execFileSync } from "node:child_process";
import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The user under which the server runs, when it can't run as the one who started the tests. */
export interface OtherUser {
  readonly uid: number;
  readonly gid: number;
}

const prefix = "continuum-test-postgres-";

/** `undefined` for an ordinary user; for root, the user `postgres` if the machine has one, else `nobody`. */
export function serverUser(): OtherUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const idOf = (flag: string) =>
        Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: idOf("-u"), gid: idOf("-g") };
    } catch {
      // no such user: try the next
    }
  }
  throw new Error(
    "Postgres does not run as root, and this machine has neither a user postgres nor nobody to run it as",
  );
}

/** A new folder which names its owner, so that a later run can tell whether it is still in use. */
export function newServerFolder(user: OtherUser | undefined): string {
  const parent = [tmpdir(), "/tmp", "/var/tmp"].find(
    (folder) => user === undefined || isReachableByOthers(folder),
  );
  if (parent === undefined)
    throw new Error(`No temporary folder that another user can reach: tried ${tmpdir()}`);
  removeAbandoned(parent);
  const folder = mkdtempSync(join(parent, `${prefix}${hostname()}-${String(process.pid)}-`));
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  if (user !== undefined) {
    for (const path of [folder, join(folder, "data")]) chownSync(path, user.uid, user.gid);
  }
  return folder;
}

/** A clone under /root can't be read by the server's user: then the programs are copied next to the data. */
export function reachablePrograms(native: string, folder: string, user: OtherUser | undefined): string {
  if (user === undefined || isReachableByOthers(native)) return native;
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

function isReachableByOthers(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** The guard of `server.ts` stops a server whose tests were killed; only its folder may remain. */
function removeAbandoned(parent: string): void {
  const own = `${prefix}${hostname()}-`;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(own)) continue;
    const folder = join(parent, name);
    const owner = Number(name.slice(own.length).split("-")[0]);
    if (isAlive(owner) || isAlive(postmasterOf(folder))) continue;
    try {
      removeFolder(folder);
    } catch {
      // another user's folder: that user's next run removes it
    }
  }
}

function postmasterOf(folder: string): number {
  try {
    return Number(readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
  } catch {
    return Number.NaN;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
