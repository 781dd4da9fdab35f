import { workflow } from "@continuum/runtime/workflow";
import { z } from "zod";

const Order = z.object({ id: z.string().min(1), lines: z.array(z.object({ sku: z.string() })) });

export const parsedByZod = workflow({ version: 1 }, async (input: unknown) => {
  const parsed = Order.safeParse(input);
  return parsed.success ? parsed.data.lines.length : 0;
});
