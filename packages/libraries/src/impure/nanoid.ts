import { workflow } from "@continuum/runtime/workflow";
import { nanoid } from "nanoid";

export const nanoidFlow = workflow({ version: 1 }, async () => nanoid());
