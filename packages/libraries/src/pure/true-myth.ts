import { workflow } from "@continuum/runtime/workflow";
import { Maybe, Result } from "true-myth";

const parsed = (text: string): Result<number, string> =>
  Number.isNaN(Number(text)) ? Result.err(`no number: ${text}`) : Result.ok(Number(text));

export const counted = workflow({ version: 1 }, async (input: { readonly count?: string }) =>
  Maybe.of(input.count)
    .map((text) => parsed(text).unwrapOr(0))
    .unwrapOr(-1),
);
