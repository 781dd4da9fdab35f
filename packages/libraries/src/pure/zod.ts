import { workflow } from "@continuum/runtime/workflow";
import { z } from "zod";

z.config(z.locales.de());

const Address = z.object({ street: z.string().trim(), zip: z.string().length(5).meta({ id: "zip" }) });
const Order = z
  .object({
    id: z.string().min(1).describe("as the shop wrote it"),
    at: z.iso.datetime(),
    email: z.email().optional(),
    lines: z.array(z.object({ sku: z.string().regex(/^[A-Z]+$/), quantity: z.number().int().positive() })),
    total: z.coerce.number().default(0),
    address: Address.partial().extend({ kind: z.enum(["home", "work"]) }),
    tags: z.record(z.string(), z.boolean()),
    payment: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("card"), last4: z.string() }),
      z.object({ kind: z.literal("cash") }),
    ]),
  })
  .strict()
  .refine((order) => order.lines.length < 100, { message: "too many lines" })
  .transform((order) => ({ ...order, count: order.lines.length }));

interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}
const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(Tree) }));

export const parsedByZod = workflow({ version: 1 }, async (input: unknown) => {
  const parsed = Order.safeParse(input);
  if (!parsed.success) return parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  const order: z.infer<typeof Order> = parsed.data;
  const note = z.object({ note: z.string() }).parse({ note: order.id });
  try {
    return [note.note, String(order.count), Tree.parse(order.tags).name];
  } catch (error) {
    if (error instanceof z.ZodError) return [z.prettifyError(error)];
    throw error;
  }
});
