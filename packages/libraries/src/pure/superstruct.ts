import { workflow } from "@continuum/runtime/workflow";
import { array, assert, number, object, size, string } from "superstruct";

const Cart = object({ owner: size(string(), 1, 20), counts: array(number()) });

export const checkedCart = workflow({ version: 1 }, async (input: unknown) => {
  assert(input, Cart);
  return input.counts.length;
});
