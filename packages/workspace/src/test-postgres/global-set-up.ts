/** Vitest's global set-up: the server of this test run. Tests read its address with `inject("postgresUrl")`. */
import type { TestProject } from "vitest/node";
import { startTestPostgres } from "./server.js";

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  project.provide("postgresUrl", server.url);
  return server.stop;
}
