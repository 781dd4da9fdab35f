/*
 * Which fixes are looked for, by the code of the mistake: data only. The first that is found is what most people want.
 */
import type { Fix } from "../fix.js";
import { helperAsActivity, packageCall } from "./activities.js";
import type { FixContext, Fixer } from "./fixer.js";
import { isoText, utcDate, withLocale, withoutLocale } from "./local-text.js";
import { recordedLog } from "./logging.js";
import { asChild, awaited, mappedCallbacks, plainPromise } from "./promises.js";
import { recordedDate, recordedValue } from "./recorded-values.js";
import { durableTimer } from "./timers.js";

const FIXERS: Readonly<Record<string, readonly Fixer[]>> = {
  CTM2001: [recordedValue, recordedDate, helperAsActivity],
  CTM2002: [recordedValue, helperAsActivity],
  CTM2003: [durableTimer, helperAsActivity],
  CTM2004: [helperAsActivity],
  CTM2005: [withoutLocale, withLocale, utcDate, helperAsActivity],
  CTM2006: [recordedLog],
  CTM2010: [packageCall, helperAsActivity],
  CTM2011: [helperAsActivity],
  CTM2012: [packageCall, helperAsActivity],
  CTM2013: [mappedCallbacks],
  CTM2014: [awaited],
  CTM2015: [isoText],
  CTM2017: [awaited],
  CTM2040: [packageCall, helperAsActivity],
  CTM3020: [asChild],
  CTM3105: [plainPromise],
};

/** What an editor can offer for a problem. */
export function fixesFor(context: FixContext): readonly Fix[] {
  return (FIXERS[context.problem.code] ?? []).flatMap((fixer) => fixer(context));
}
