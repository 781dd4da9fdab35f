import { workflow } from "@continuum/runtime/workflow";
import stringify from "fast-json-stable-stringify";

export const stableKey = workflow({ version: 1 }, async (input: { readonly filter: object }) =>
  stringify(input.filter),
);
