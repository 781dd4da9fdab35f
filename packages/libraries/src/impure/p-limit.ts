import { workflow } from "@continuum/runtime/workflow";
import pLimit from "p-limit";

export const pLimitFlow = workflow({ version: 1 }, async () => pLimit(2).concurrency);
