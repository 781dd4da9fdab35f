import { workflow } from "@continuum/runtime/workflow";
import { Temporal } from "temporal-polyfill";

export const todayByTemporal = workflow({ version: 1 }, async () =>
  Temporal.Now.plainDateISO("UTC").toString(),
);
