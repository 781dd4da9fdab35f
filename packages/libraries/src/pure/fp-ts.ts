import { workflow } from "@continuum/runtime/workflow";
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";

export const optional = workflow({ version: 1 }, async (note: string | null) =>
  pipe(
    O.fromNullable(note),
    O.map((text) => text.trim()),
    O.getOrElse(() => "none"),
  ),
);
