import { workflow } from "@continuum/runtime/workflow";
import { Decimal } from "decimal.js";

export const interest = workflow({ version: 1 }, async (input: { readonly amount: string }) => {
  const grown = new Decimal(input.amount).times("1.035").plus(Decimal.max(1, 2)).toDecimalPlaces(2);
  return grown.greaterThan(100) ? grown.sqrt().toFixed(2) : grown.ln().cos().toString();
});
