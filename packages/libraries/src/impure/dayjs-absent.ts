import { workflow } from "@continuum/runtime/workflow";
import dayjs from "dayjs";
import utc from "dayjs/plugin/utc.js";

dayjs.extend(utc);

export const withoutTime = workflow({ version: 1 }, async (input: { readonly at?: number }) =>
  dayjs.utc(input.at).toISOString(),
);
