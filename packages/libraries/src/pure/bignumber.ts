import { workflow } from "@continuum/runtime/workflow";
import { BigNumber } from "bignumber.js";

export const double = workflow({ version: 1 }, async (input: { readonly amount: string }) => {
  const doubled = new BigNumber(input.amount).multipliedBy(2);
  return doubled.isGreaterThan(10) ? doubled.toFormat(2) : doubled.dividedBy(3).toFixed(2);
});
