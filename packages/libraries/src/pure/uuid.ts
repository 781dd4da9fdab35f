import { workflow } from "@continuum/runtime/workflow";
import { v5, validate } from "uuid";

export const derivedId = workflow({ version: 1 }, async (input: { readonly name: string }) => {
  const id = v5(input.name, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  return validate(id) ? id : "none";
});
