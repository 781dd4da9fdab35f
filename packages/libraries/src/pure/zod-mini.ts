import { workflow } from "@continuum/runtime/workflow";
import * as z from "zod/mini";

const Line = z.object({ sku: z.string().check(z.minLength(3)), note: z.optional(z.string()) });

export const parsedByZodMini = workflow({ version: 1 }, async (input: unknown) => {
  const parsed = z.safeParse(z.array(Line), input);
  return parsed.success ? parsed.data.map(({ sku }) => sku) : [];
});
