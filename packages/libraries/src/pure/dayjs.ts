import { workflow } from "@continuum/runtime/workflow";
import dayjs from "dayjs";
import type { Dayjs } from "dayjs";
import isoWeek from "dayjs/plugin/isoWeek.js";
import utc from "dayjs/plugin/utc.js";

dayjs.extend(utc);
dayjs.extend(isoWeek);

const isWorkday = (day: Dayjs): boolean => day.isoWeekday() < 6;

export const nextDay = workflow(
  { version: 1 },
  async (input: { readonly at: string; readonly days: number }) => {
    const from = dayjs.utc(input.at).startOf("day");
    const until = from.add(input.days, "day");
    const days: string[] = [];
    for (let day = from; day.isBefore(until); day = day.add(1, "day"))
      if (isWorkday(day)) days.push(day.format("YYYY-MM-DD"));
    return { days, left: until.diff(from, "hour"), isLong: until > dayjs.utc(0), at: until.toISOString() };
  },
);
