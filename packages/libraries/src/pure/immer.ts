import { workflow } from "@continuum/runtime/workflow";
import { produce } from "immer";

interface Cart {
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

export const grownCart = workflow({ version: 1 }, async (cart: Cart) => {
  const next = produce(cart, (draft) => {
    draft.lines.push({ sku: "gift", quantity: 1 });
    for (const line of draft.lines) line.quantity += 1;
  });
  return next.lines.length;
});
