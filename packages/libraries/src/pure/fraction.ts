import { workflow } from "@continuum/runtime/workflow";
import Fraction from "fraction.js";

export const fractionOf = workflow(
  { version: 1 },
  async (input: { readonly part: string; readonly of: number }) =>
    new Fraction(input.part).mul(input.of).add("1/3").toFraction(),
);
