import { workflow } from "@continuum/runtime/workflow";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

const Line = Type.Object({
  sku: Type.String({ minLength: 1 }),
  quantity: Type.Integer({ minimum: 1 }),
  kind: Type.Union([Type.Literal("goods"), Type.Literal("service")]),
});

export const checkedByTypebox = workflow({ version: 1 }, async (input: { readonly body: string }) => {
  const line: unknown = JSON.parse(input.body);
  if (Value.Check(Line, line)) return `${line.quantity} ${line.sku}`;
  return [...Value.Errors(Line, line)].map(({ path, message }) => `${path}: ${message}`).join();
});
