import { workflow } from "@continuum/runtime/workflow";
import currency from "currency.js";

export const price = workflow({ version: 1 }, async (input: { readonly amount: number }) => {
  return currency(input.amount, { symbol: "€" }).add(1.2).multiply(3).format();
});
