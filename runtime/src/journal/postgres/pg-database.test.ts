import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { openJournal } from "../open.js";
import { closeAll, testServer } from "./fixtures/databases.js";
import type { Server } from "./fixtures/databases.js";

/** What a server says to a connection that it ends, as when it shuts down or its database is dropped. */
const ENDED = (() => {
  const fields = Buffer.from("SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0");
  const head = Buffer.from("E\0\0\0\0");
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
})();

describe("closing", () => {
  let server: Server;
  beforeAll(async () => {
    server = await testServer();
  });

  it("danger: a server that ends connections while they are being closed does not end the process", async () => {
    const target = new URL(server.url);
    let told = 0;
    const wire = createServer((client) => {
      const behind = connect(Number(target.port), target.hostname);
      client.on("error", () => undefined).on("close", () => behind.destroy());
      behind.on("error", () => undefined).on("data", (chunk: Buffer) => void client.write(chunk));
      client.on("data", (chunk: Buffer) => {
        if (chunk[0] !== "X".charCodeAt(0)) return void behind.write(chunk);
        told++;
        client.end(ENDED);
      });
    });
    await new Promise<void>((resolve) => wire.listen(0, "127.0.0.1", resolve));
    const url = new URL(server.url);
    url.port = String((wire.address() as AddressInfo).port);
    const opened = await openJournal({ database: url.href, report: () => undefined });
    await opened.journal.clock();
    await closeAll(opened);
    // Every connection is gone by then. What was thrown in the process, and caught by nobody, fails the run.
    await new Promise((resolve) => wire.close(resolve));
    expect(told).toBeGreaterThan(0);
  });
});
