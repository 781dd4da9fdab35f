import { workflow } from "@continuum/runtime/workflow";
import { match, P } from "ts-pattern";

export const kind = workflow({ version: 1 }, async (input: { readonly total: number }) => {
  return match(input.total)
    .with(P.number.gt(1_000), () => "large")
    .with(0, () => "none")
    .otherwise(() => "small");
});
