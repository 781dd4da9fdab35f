import { workflow } from "@continuum/runtime/workflow";
import { chunk, clamp } from "lodash-es";

export const batches = workflow(
  { version: 1 },
  async (input: { readonly ids: readonly string[]; readonly size: number }) => {
    return chunk(input.ids, clamp(input.size, 1, 10)).length;
  },
);
