import type { SchemaIssue, StandardSchema } from "../authoring/standard-schema.js";
import type { Payload } from "../core/ids.js";
import type { PayloadCodec } from "../core/payload-codec.js";
import { unstorableValue } from "../errors/client-errors.js";

/** What a schema says of `value`: the value that it makes of it, or what it finds wrong, without the value (R45). */
export async function validated(
  schema: Pick<StandardSchema, "~standard">,
  value: unknown,
): Promise<{ readonly value: unknown; readonly issues: null } | { readonly issues: string }> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return { value: result.value, issues: null };
  return { issues: result.issues.map(issueText).join("; ") };
}

/** @throws ContinuumError CTM7006, naming the place. */
export function encoded(codec: PayloadCodec, what: string, value: unknown): Payload {
  try {
    return codec.encode(value);
  } catch (error) {
    throw unstorableValue(what, error);
  }
}

function issueText({ message, path }: SchemaIssue): string {
  if (path === undefined || path.length === 0) return message;
  const place = path.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  return `${place}: ${message}`;
}
