/*
 * Statements are drizzle's `sql` templates, turned into text once: the builder's own way costs some 150 µs each time, and its
 * errors repeat the parameters (R45).
 */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

/** What a parameter may be: arrays become Postgres arrays. */
export type Value = string | number | boolean | null | readonly (string | number | boolean | null)[];
export type Values = Readonly<Record<string, Value>>;

export interface Statement {
  /** Under which a server keeps its plan. */
  readonly name: string;
  readonly text: string;
  /** Names of the parameters, in order. */
  readonly parameters: readonly string[];
}

const dialect = new PgDialect();

/** `query` with its parameters by name; `name` is unique among all statements. */
export function statement(name: string, query: SQL): Statement {
  const { sql: text, params } = dialect.sqlToQuery(query);
  const parameters = params.map((param) => {
    if (typeof param === "object" && param !== null && "name" in param && typeof param.name === "string")
      return param.name;
    throw new TypeError(`statement ${name} has a value where only parameters by name may stand`);
  });
  return { name: `continuum_${name}`, text, parameters };
}

/** A parameter of a type: `param("runIds", "text[]")` → `$1::text[]`. */
export function param(name: string, type: string): SQL {
  return sql`${sql.placeholder(name)}::${sql.raw(type)}`;
}

/** The values of `statement`'s parameters, in its order. */
export function inOrder(of: Statement, values: Values): Value[] {
  return of.parameters.map((name) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`statement ${of.name} needs a value for ${name}`);
    return value;
  });
}

/** People's words, as Postgres can keep them. */
export function keepableText(words: string): string {
  return words.replace(/[\0\p{Surrogate}]/gu, "\ufffd");
}

/** The values of one field of many things: a column, as `unnest` wants it. */
export function column<T>(
  things: readonly T[],
  field: (thing: T) => string | number | boolean | null,
): Value {
  return things.map(field);
}
