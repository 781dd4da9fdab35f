import { workflow } from "@continuum/runtime/workflow";
import { Type } from "@sinclair/typebox";

export const numberedByTypebox = workflow({ version: 1 }, async () =>
  JSON.stringify(Type.Recursive((self) => Type.Object({ parts: Type.Array(self) }))),
);
