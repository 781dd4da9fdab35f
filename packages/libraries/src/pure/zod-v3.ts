import { workflow } from "@continuum/runtime/workflow";
import { z } from "zod/v3";

const Order = z.object({
  id: z.string().min(1),
  lines: z.array(z.object({ sku: z.string().regex(/^[A-Z]+$/), quantity: z.number().int().positive() })),
  note: z.string().optional(),
});

export const parsedOrder = workflow({ version: 1 }, async (input: unknown) => {
  const parsed = Order.safeParse(input);
  return parsed.success
    ? parsed.data.lines.map(({ sku }) => sku)
    : parsed.error.issues.map(({ message }) => message);
});
