import { workflow } from "@continuum/runtime/workflow";
import { z } from "zod";

export const registered = workflow({ version: 1 }, async (id: string) => z.string().meta({ id }).parse(id));
