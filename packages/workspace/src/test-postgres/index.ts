export { freshDatabase } from "./fresh-database.js";
export type { FreshDatabase, FreshDatabaseOptions } from "./fresh-database.js";
export { startTestPostgres } from "./server.js";
export type { TestPostgres } from "./server.js";
