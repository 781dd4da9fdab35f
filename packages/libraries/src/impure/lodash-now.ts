import { workflow } from "@continuum/runtime/workflow";
import now from "lodash/now.js";

export const stamped = workflow({ version: 1 }, async (input: string) => `${input} ${now()}`);
