import { workflow } from "@continuum/runtime/workflow";
import { add, allocate, dinero, multiply, toDecimal } from "dinero.js";
import { EUR } from "dinero.js/currencies";

export const shares = workflow({ version: 1 }, async (cents: number) => {
  const price = multiply(dinero({ amount: cents, currency: EUR }), 3);
  return allocate(add(price, dinero({ amount: 500, currency: EUR })), [70, 30]).map((part) =>
    toDecimal(part),
  );
});
