/*
 * Libraries of dates, read by people: data only. The same lines read the clock and the machine's zone, or do not, for other
 * arguments; so what is listed is how a point in time is made of what is given, and what may be done with it then. Where one of
 * these is given less, or another name is used, all deeds count.
 */
import type { Given, ReviewedDeed, ReviewedPackage } from "./reviewed-packages.js";

/** In luxon's options. A fixed zone, since of others it takes the offset that holds now to be that of a time that occurs twice. */
const IN_UTC: Given = { texts: { zone: ["utc", "UTC"] } };

const names = (text: string): readonly string[] => text.trim().split(/\s+/);
const deeds = (file: string, what: readonly string[], why: string): ReviewedDeed => ({
  file,
  what,
  why,
  unless: "other uses",
});

const DAYJS: ReviewedPackage = {
  name: "dayjs",
  versions: ["1.11.14", "1.11.24"],
  plugins: {
    by: "extend",
    modules: names(`utc timezone isoWeek isSameOrBefore isSameOrAfter relativeTime customParseFormat`).map(
      (name) => `dayjs/plugin/${name}`,
    ),
  },
  uses: [
    { names: ["utc"], given: ["a time"] },
    // Of a value that is one, with nothing to turn back to.
    { names: ["Dayjs.utc", "utcOffset"], given: [] },
    {
      names: names(
        `add subtract startOf endOf set get year month date day hour minute second millisecond isoWeek isoWeekday isoWeekYear
        format toISOString toJSON toString toDate valueOf unix isValid isUTC clone daysInMonth isDayjs extend`,
      ),
    },
    {
      names: names("diff isSame isBefore isAfter isSameOrBefore isSameOrAfter from to"),
      given: ["its own"],
      rest: "anything",
    },
  ],
  deeds: [
    deeds("dayjs.min", ["new Date()"], "only where no time is given"),
    deeds(
      "dayjs.min",
      [
        "new Date(year, month, …)",
        ...names(".getFullYear() .getMonth() .getDate() .getDay() .getHours() .getMinutes() .getSeconds()"),
        ...names(".getMilliseconds() .getTimezoneOffset()"),
      ],
      "only of a value that is not in UTC: what is made by `utc` stays there, and so does what is made of it",
    ),
    {
      file: "dayjs.min",
      what: ["D[s]", "D[a]", "g"],
      why: "the locale that is in force: who makes a value names none, and nothing is changed then",
      unless: ["locale"],
    },
    deeds(
      "dayjs.min",
      ["utc, which dayjs/dayjs.min.js exports in a way that can't be followed"],
      "the plugin of the same package adds it: the constructor, with the mark that makes a value one in UTC",
    ),
  ],
};

const LUXON: ReviewedPackage = {
  name: "luxon",
  versions: ["3.6.0", "3.7.3"],
  uses: [
    { names: names("DateTime Duration Interval") },
    {
      names: names("DateTime.fromISO DateTime.fromMillis DateTime.fromSeconds DateTime.fromJSDate"),
      given: ["a time", IN_UTC],
    },
    {
      names: ["DateTime.fromObject"],
      given: [{ has: ["year"], lacks: ["localWeekday", "localWeekNumber", "localWeekYear"] }, IN_UTC],
    },
    { names: ["DateTime.utc"], given: ["a number"], rest: "a number" },
    { names: names("Duration.fromISO Duration.fromObject Duration.fromMillis") },
    { names: ["Interval.fromDateTimes"], given: ["its own", "its own"] },
    { names: names("startOf endOf"), given: ["anything"] },
    { names: ["DateTime.set"], given: [{ lacks: ["localWeekday", "localWeekNumber", "localWeekYear"] }] },
    { names: names("diff hasSame"), given: ["its own"], rest: "anything" },
    { names: names("max min"), given: ["its own"], rest: "its own" },
    { names: names("equals contains overlaps isBefore isAfter union intersection"), given: ["its own"] },
    // Not with weeks, which begin on another day elsewhere; in English, unless it is told otherwise.
    { names: ["DateTime.toFormat"], given: [{ textWithout: "in" }] },
    {
      names: names(
        `plus minus toISO toISODate toISOTime toISOWeekDate toSQL toSQLDate toSQLTime toHTTP toRFC2822 toMillis toSeconds
        toUnixInteger toJSDate toJSON toString valueOf toObject toUTC isDateTime isDuration isInterval
        year quarter month day hour minute second millisecond weekYear weekNumber weekday ordinal offset zoneName
        isValid invalidReason invalidExplanation daysInMonth daysInYear isInLeapYear weeksInWeekYear
        as shiftTo shiftToAll normalize rescale negate mapUnits get years quarters months weeks days hours minutes seconds
        milliseconds start end length isEmpty`,
      ),
    },
  ],
  deeds: [
    deeds(
      "build/es6/luxon",
      ["Date.now"],
      "asked for where units are missing, and those before the first that is given are; and for an offset, which in UTC is none",
    ),
    deeds(
      "build/es6/luxon",
      ["Intl.DateTimeFormat", "Intl.NumberFormat", ".getTimezoneOffset()"],
      "the machine's zone, where none is given; its language, which only what is not listed shows",
    ),
    deeds("build/es6/luxon", ["ianaZoneCache"], "zones by their names: what is kept is made of the name"),
  ],
};

/**
 * All but `Temporal.Now`, what shows a value in the machine's language, and durations: their text has the machine's digits, and no
 * name stands where a text is made of one.
 */
const TEMPORAL_POLYFILL: ReviewedPackage = {
  name: "temporal-polyfill",
  types: "temporal-spec",
  versions: ["1.0.8", "1.0.9"],
  uses: [
    {
      names: names(
        `Temporal.PlainDate Temporal.PlainTime Temporal.PlainDateTime Temporal.PlainYearMonth Temporal.PlainMonthDay
        Temporal.Instant Temporal.ZonedDateTime`,
      ),
    },
    {
      names: names(
        `from compare add subtract with round equals toString toJSON
        withCalendar withTimeZone withPlainTime startOfDay fromEpochMilliseconds fromEpochNanoseconds
        toPlainDate toPlainTime toPlainDateTime toPlainYearMonth toPlainMonthDay toInstant toZonedDateTime toZonedDateTimeISO
        calendarId timeZoneId era eraYear year month monthCode day dayOfWeek dayOfYear weekOfYear yearOfWeek daysInWeek
        daysInMonth daysInYear monthsInYear inLeapYear hour minute second millisecond microsecond nanosecond hoursInDay
        offset offsetNanoseconds epochMilliseconds epochNanoseconds`,
      ),
    },
  ],
  deeds: [
    deeds(
      "chunks/apiHelpers",
      ["process"],
      "asks whether there is one, to show values to debuggers where there is none",
    ),
    deeds(
      "chunks/internal",
      ["Date.now"],
      "`Temporal.Now`, and how far to look for the next change of an offset: beyond it for `getTimeZoneTransition` alone",
    ),
    deeds(
      "chunks/internal",
      ["Intl.DateTimeFormat"],
      "the offsets of a zone that is named, in a language that is named; the machine's zone for `Temporal.Now`",
    ),
    deeds(
      "chunks/classApi-basic",
      ["Intl.DateTimeFormat", "Intl.DurationFormat"],
      "`toLocaleString`, in the language that it is given or the machine's",
    ),
  ],
};

export const REVIEWED_DATES: readonly ReviewedPackage[] = [DAYJS, LUXON, TEMPORAL_POLYFILL];
