import { workflow } from "@continuum/runtime/workflow";
import { err, ok, type Result } from "neverthrow";

const halved = (n: number): Result<number, string> => (n % 2 === 0 ? ok(n / 2) : err("odd"));

export const quarters = workflow({ version: 1 }, async (n: number) =>
  halved(n)
    .andThen(halved)
    .map((quarter) => quarter + 1)
    .unwrapOr(0),
);
