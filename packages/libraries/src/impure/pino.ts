import { workflow } from "@continuum/runtime/workflow";
import { pino } from "pino";

export const pinoFlow = workflow({ version: 1 }, async () => {
  pino().info("started");
});
