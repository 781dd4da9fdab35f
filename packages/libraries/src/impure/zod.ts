import { workflow } from "@continuum/runtime/workflow";
import { z } from "zod";

export const configured = workflow({ version: 1 }, async (input: unknown) => {
  z.config({ jitless: true });
  return z.string().parse(input);
});
