import { now, workflow } from "@continuum/runtime/workflow";
import { Temporal } from "temporal-polyfill";

export const nextDate = workflow({ version: 1 }, async (input: { readonly date: string }) => {
  const date = Temporal.PlainDate.from(input.date).add({ months: 1 }).with({ day: 1 });
  const at = Temporal.Instant.fromEpochMilliseconds(now()).toZonedDateTimeISO("Europe/Berlin");
  const isLate = Temporal.PlainDate.compare(date, at.toPlainDate()) < 0;
  return { date: date.toString(), weekday: date.dayOfWeek, at: at.toString(), isLate };
});
