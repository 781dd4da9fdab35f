import { workflow } from "@continuum/runtime/workflow";
import dayjs from "dayjs";
import utc from "dayjs/plugin/utc.js";

dayjs.extend(utc);

export const nextDay = workflow({ version: 1 }, async (input: { readonly at: string }) =>
  dayjs.utc(input.at).add(1, "day").toISOString(),
);
