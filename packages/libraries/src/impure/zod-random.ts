import { workflow } from "@continuum/runtime/workflow";
import { core, z } from "zod";

export const named = workflow({ version: 1 }, async () => z.string().parse(core.util.randomString(8)));
