/*
 * The test server as a program, for programs that are not tests: it says the server's address on one line, and stops the server
 * when its standard input ends.
 */
import { startTestPostgres } from "./server.js";

const server = await startTestPostgres();
process.stdout.write(`${server.url}\n`);
process.stdin.resume();
await new Promise((resolve) => process.stdin.once("close", resolve));
await server.stop();
