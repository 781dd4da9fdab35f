import { workflow } from "@continuum/runtime/workflow";
import equal from "fast-deep-equal";

export const same = workflow({ version: 1 }, async (input: { readonly a: unknown; readonly b: unknown }) => {
  return equal(input.a, input.b);
});
