/*
 * Libraries of dates as workflows may use them, in a process that is told its zone, its language and its clock. Does each thing
 * that the table of reviewed packages allows, with texts, numbers and Dates around changes of summer time and leap days, and
 * prints what came out. `node dates-session.mjs CLOCK`. Run by `../reviewed.test.ts`.
 */
import { inspect } from "node:util";

const clock = Number(process.argv[2]);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [clock] : given));
  }
  static now = () => clock;
};

const [{ default: dayjs }, { DateTime, Duration, Interval }, { Temporal }] = await Promise.all([
  import("dayjs"),
  import("luxon"),
  import("temporal-polyfill"),
]);
for (const name of [
  "utc",
  "timezone",
  "isoWeek",
  "isSameOrBefore",
  "isSameOrAfter",
  "relativeTime",
  "customParseFormat",
])
  dayjs.extend((await import(`dayjs/plugin/${name}.js`)).default);

const TEXTS = [
  "2026-03-29T01:30:00Z",
  "2026-10-25T01:30:00.250Z",
  "2024-02-29T23:59:59Z",
  "2026-03-08T02:30:00-05:00",
  "2026-12-31",
  "2026-03-29T02:30",
];
const UNITS = ["year", "month", "week", "day", "hour", "minute", "second", "millisecond"];
const given = TEXTS.flatMap((text) => [
  text,
  RealDate.parse(`${text.slice(0, 10)}T01:30Z`),
  new Date(`${text.slice(0, 10)}T01:30Z`),
]);
const results = [];
/** Each is done on its own, and what it throws is a result, too. */
const tell = (...deeds) => {
  for (const deed of deeds) {
    try {
      results.push(inspect(deed()));
    } catch (error) {
      results.push(`${error}`);
    }
  }
};

const other = dayjs.utc("2026-06-15T12:00:00Z");
for (const at of given) {
  const day = dayjs.utc(at);
  for (const unit of [...UNITS, "isoWeek"])
    tell(
      () => day.add(5, unit).toISOString(),
      () => day.subtract(5, unit).format(),
      () => day.startOf(unit).valueOf(),
      () => day.endOf(unit).valueOf(),
      () => day.set(unit, 3).toJSON(),
      () => (/week/i.test(unit) ? null : day.get(unit)),
      () => [day.diff(other, unit), day.diff(other, unit, true), other.diff(day, unit, true)],
      () => [day.isSame(other, unit), day.isBefore(other, unit), day.isAfter(other, unit)],
      () => [day.isSameOrBefore(other, unit), day.isSameOrAfter(other, unit)],
    );
  tell(
    () => day.format("YYYY-MM-DDTHH:mm:ss.SSSZ ZZ dddd MMMM A [x] d"),
    () => [
      day.year(),
      day.month(),
      day.date(),
      day.day(),
      day.hour(),
      day.minute(),
      day.second(),
      day.millisecond(),
    ],
    () =>
      [day.year(2020), day.month(1), day.date(31), day.day(0), day.hour(3)].map((each) => each.toISOString()),
    () => [
      day.isoWeek(),
      day.isoWeekday(),
      day.isoWeekYear(),
      day.isoWeek(5).unix(),
      day.isoWeekday(7).unix(),
    ],
    () => [
      day.toString(),
      day.toDate().getTime(),
      day.unix(),
      day.isValid(),
      day.isUTC(),
      day.clone().valueOf(),
    ],
    () => [day.daysInMonth(), day.utcOffset(), day.utc().format(), dayjs.isDayjs(day), day < other, `${day}`],
    () => [day.from(other), day.to(other), JSON.stringify({ day }), dayjs.utc(day).valueOf()],
  );
}

const utc = { zone: "utc" };
const noon = DateTime.fromISO("2026-06-15T12:00:00Z", utc);
for (const at of given) {
  const day =
    typeof at === "string"
      ? DateTime.fromISO(at, utc)
      : typeof at === "number"
        ? DateTime.fromMillis(at, utc)
        : DateTime.fromJSDate(at, utc);
  for (const unit of UNITS)
    tell(
      () => day.plus({ [unit]: 5 }).toISO(),
      () => day.minus({ [unit]: 5 }).toSQL(),
      () => day.startOf(unit).toMillis(),
      () => day.endOf(unit).toMillis(),
      () => [day.diff(noon, unit).toObject(), day.hasSame(noon, unit), day.diff(noon, unit).as("days")],
      () => day.get(unit),
    );
  for (const name of `toISO toISODate toISOTime toISOWeekDate toSQL toSQLDate toSQLTime toHTTP toRFC2822 toMillis toSeconds
    toUnixInteger toJSON toString valueOf toObject toUTC`.split(/\s+/))
    tell(() => String(inspect(name === "toUTC" ? day.toUTC().toISO() : day[name]())));
  for (const name of `year quarter month day hour minute second millisecond weekYear weekNumber weekday ordinal offset zoneName
    isValid invalidReason daysInMonth daysInYear isInLeapYear weeksInWeekYear`.split(/\s+/))
    tell(() => day[name]);
  const span = Interval.fromDateTimes(DateTime.utc(2020, 1, 31), noon);
  tell(
    () => day.toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS ZZ d. MMMM EEEE ccc a q o W kkkk G z ZZZZ"),
    () => day.set({ month: 2, day: 29, hour: 3 }).toISO(),
    () => day.toJSDate().getTime(),
    () => DateTime.fromObject({ year: 2026, month: 3, hour: 2 }, utc).toISO(),
    () => DateTime.fromSeconds(5, utc).toISO(),
    () => [DateTime.max(day, noon).toISO(), DateTime.min(day, noon).toISO(), day.equals(noon), day < noon],
    () => [
      span.contains(day),
      span.isBefore(day),
      span.isAfter(day),
      span.start.toISO(),
      span.end.toISO(),
      span.isEmpty(),
    ],
    () => span.overlaps(Interval.fromDateTimes(noon, noon.plus({ days: 1 }))),
    () => span.length("days"),
  );
}
for (const duration of [
  Duration.fromISO("P1Y2M3DT4H"),
  Duration.fromObject({ hours: 50 }),
  Duration.fromMillis(1e9),
])
  tell(
    () => duration.as("days"),
    () => duration.shiftTo("days", "hours").toObject(),
    () => duration.shiftToAll().toISO(),
    () => duration.normalize().toISO(),
    () => duration.rescale().toISO(),
    () => duration.negate().plus({ days: 1 }).minus({ hours: 1 }).toMillis(),
    () => duration.mapUnits((n) => n * 2).toObject(),
    () => [duration.years, duration.days, duration.hours, duration.get("hours"), duration.isValid],
  );

for (const text of ["2026-03-29", "2024-02-29", "2026-10-25"])
  for (const zone of ["UTC", "Europe/Berlin", "America/New_York", "+02:00"]) {
    const date = Temporal.PlainDate.from(text);
    const at = date.toZonedDateTime({ timeZone: zone, plainTime: "02:30" });
    tell(
      () => date.add({ months: 1 }).subtract({ days: 1 }).with({ day: 31 }).toString(),
      () => [date.dayOfWeek, date.weekOfYear, date.daysInMonth, date.inLeapYear, date.monthCode],
      () => [at.toString(), at.offset, at.hoursInDay, at.startOfDay().toString(), at.epochMilliseconds],
      () => at.add({ days: 1 }).round({ smallestUnit: "hour" }).toString(),
      () => at.withTimeZone("Asia/Tokyo").toPlainDateTime().toString(),
      () => at.withPlainTime("01:00").toInstant().toString(),
      () => Temporal.Instant.from("2026-01-01T00:00Z").toZonedDateTimeISO(zone).toJSON(),
      () => [`${date}`, JSON.stringify({ at }), date.equals(text), at.equals(at)],
      () => [
        at.year,
        at.month,
        at.day,
        at.hour,
        at.minute,
        at.second,
        at.timeZoneId,
        at.calendarId,
        at.yearOfWeek,
      ],
      () => Temporal.PlainTime.from("10:00").add({ minutes: 5 }).toString(),
      () => Temporal.PlainMonthDay.from("02-29").toPlainDate({ year: 2023 }).toString(),
      () => Temporal.Instant.fromEpochMilliseconds(5).add({ hours: 1 }).toString(),
      () => Temporal.PlainYearMonth.from(text).toPlainDate({ day: 3 }).toString(),
      () => Temporal.ZonedDateTime.compare(at, at.add({ hours: 1 })),
    );
  }

console.log(results.join("\n"));
