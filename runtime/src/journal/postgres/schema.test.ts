import * as drizzleKit from "drizzle-kit/api";
import { getTableConfig } from "drizzle-orm/pg-core";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { beforeAll, describe, expect, it } from "vitest";
import { testServer } from "./fixtures/databases.js";
import type { Server } from "./fixtures/databases.js";
import { MIGRATIONS } from "./migrations/index.js";
import * as schema from "./schema.js";

const TABLES: readonly PgTable[] = [
  schema.runs,
  schema.events,
  schema.signals,
  schema.versions,
  schema.tasks,
  schema.attempts,
  schema.activityKeys,
  schema.workers,
  schema.migrations,
];

/** What is used of drizzle-kit: its own types need a dozen drivers. */
const kit = drizzleKit as unknown as {
  generateDrizzleJson(tables: object, previous?: string): { readonly id: string };
  generateMigration(from: object, to: object): Promise<readonly string[]>;
};

interface Shape {
  readonly columns: readonly string[];
  readonly indexes: readonly string[];
  readonly checks: readonly string[];
}

const COLUMNS = `select table_name as name, json_agg(column_name || ' ' || data_type || case is_nullable when 'NO' then ' not null' else '' end
  order by column_name) as found
from information_schema.columns where table_schema = $1 group by table_name`;

/** Index definitions without names of schemas, so that two schemas can be compared. */
const INDEXES = `select tablename as name, json_agg(replace(indexdef, schemaname || '.', '') order by indexname) as found
from pg_indexes where schemaname = $1 group by tablename`;

const CHECKS = `select c.relname as name, json_agg(k.conname || ' ' || pg_get_constraintdef(k.oid) order by k.conname) as found
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and k.contype = 'c' group by c.relname`;

describe("the schema", () => {
  let server: Server;
  beforeAll(async () => {
    server = await testServer();
  });

  const shapeOf = async (name: string): Promise<Record<string, Shape>> => {
    const [columns, indexes, checks] = await Promise.all(
      [COLUMNS, INDEXES, CHECKS].map(async (text) => {
        const { rows } = await server.admin.query<{ name: string; found: string[] }>(text, [name]);
        return new Map(rows.map((row) => [row.name, row.found]));
      }),
    );
    const shape = [...columns!].map(([table, found]) => {
      return [
        table,
        { columns: found, indexes: indexes!.get(table) ?? [], checks: checks!.get(table) ?? [] },
      ] as const;
    });
    return Object.fromEntries(shape);
  };

  it("that drizzle describes is the one that the migrations made", async () => {
    // drizzle-kit writes the SQL of the description; it is made beside the real one, in a schema of another name.
    const empty = kit.generateDrizzleJson({});
    const statements = await kit.generateMigration(empty, kit.generateDrizzleJson(schema, empty.id));
    const renamed = statements.map((text) => text.replaceAll('"continuum"', '"described"'));
    expect(renamed.join("\n")).toContain("described");
    for (const text of renamed) await server.admin.query(text);
    const [described, migrated] = [await shapeOf("described"), await shapeOf("continuum")];
    expect(described).toEqual(migrated);
    expect(Object.keys(migrated).sort()).toEqual(TABLES.map((table) => getTableConfig(table).name).sort());
  });

  it("has no column that may be missing without the description saying so", () => {
    const optional = (column: PgColumn): boolean => !column.notNull && column.hasDefault;
    expect(TABLES.flatMap((table) => getTableConfig(table).columns).filter(optional)).toEqual([]);
  });

  it("numbers its migrations without gaps", () => {
    expect(MIGRATIONS.map((migration) => migration.id)).toEqual(MIGRATIONS.map((_, i) => i + 1));
  });
});
