import { badId } from "../errors/client-errors.js";

const LONGEST_BYTES = 255;

/**
 * Whether a text can be a key of the journal: refused before anything is asked of the database.
 *
 * @throws ContinuumError CTM7004
 */
export function checkId(what: string, id: unknown): asserts id is string {
  if (typeof id !== "string") throw badId(what, `is ${id === null ? "null" : `a ${typeof id}`}, not a text`);
  if (id === "") throw badId(what, "is empty");
  if (id.trim() === "") throw badId(what, "is blank");
  if (id.includes("\0")) throw badId(what, "contains a NUL character");
  if (/\p{Surrogate}/u.test(id)) throw badId(what, "contains a lone surrogate");
  const bytes = Buffer.byteLength(id);
  if (bytes > LONGEST_BYTES) throw badId(what, `has ${bytes} bytes`);
}
