import { workflow } from "@continuum/runtime/workflow";
import { config } from "dotenv";

export const dotenvFlow = workflow({ version: 1 }, async () => config().parsed?.["NAME"] ?? "");
