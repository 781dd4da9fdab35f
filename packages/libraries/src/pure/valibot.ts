import { workflow } from "@continuum/runtime/workflow";
import * as v from "valibot";

const Item = v.object({ name: v.pipe(v.string(), v.minLength(1)), prices: v.array(v.number()) });

export const parsedItem = workflow({ version: 1 }, async (input: unknown) => {
  const result = v.safeParse(Item, input);
  return result.success ? result.output.name : (v.flatten(result.issues).root?.join() ?? "wrong");
});
