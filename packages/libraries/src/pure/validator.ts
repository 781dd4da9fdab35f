import { workflow } from "@continuum/runtime/workflow";
import validator from "validator";

export const validated = workflow(
  { version: 1 },
  async (input: { readonly iban: string; readonly email: string; readonly card: string }) =>
    validator.isIBAN(input.iban) && validator.isEmail(input.email) && !validator.isCreditCard(input.card),
);
