import { workflow } from "@continuum/runtime/workflow";
import Big from "big.js";

export const share = workflow({ version: 1 }, async (input: { readonly amount: string }) => {
  return new Big(input.amount).div(3).round(2).plus(1).sqrt().toString();
});
