import { now, workflow } from "@continuum/runtime/workflow";
import { DateTime, Duration, Interval } from "luxon";

const UTC = { zone: "utc" } as const;
const GRACE = Duration.fromObject({ days: 3 });

export const nextDayOfLuxon = workflow({ version: 1 }, async (input: { readonly at: string }) => {
  const from = DateTime.fromISO(input.at, { zone: "utc" });
  const due = from.plus({ months: 1 }).startOf("day").plus(GRACE);
  const left = due.diff(DateTime.fromMillis(now(), UTC), "days").days;
  const open = Interval.fromDateTimes(DateTime.utc(2026, 1, 31), due).contains(from);
  return { due: due.toISODate(), shown: due.toFormat("dd.MM.yyyy HH:mm"), left, open, year: due.year };
});
