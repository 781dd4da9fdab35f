import type { Io } from "../io.js";
import { nearest } from "../nearest.js";
import { styleOf } from "../terminal/style.js";
import { UsageError } from "../usage-error.js";
import { github } from "./github.js";
import { json } from "./json.js";
import { pretty } from "./pretty.js";
import type { Report, Surroundings } from "./report.js";
import { sarif } from "./sarif.js";

export const FORMATS = ["pretty", "json", "github", "sarif"] as const;
export type Format = (typeof FORMATS)[number];

/** @throws UsageError for a format that the command has not. */
export function readFormat<F extends string>(text: string | undefined, known: readonly F[]): F {
  const format = known.find((each) => each === (text ?? "pretty"));
  if (format !== undefined) return format;
  const meant = nearest(text ?? "", known);
  throw new UsageError(
    "CTM1331",
    `There is no format "${text ?? ""}".`,
    meant === null ? `Choose one of: ${known.join(", ")}.` : `Did you mean: --format ${meant}`,
  );
}

/** The report as text, with a line break at its end; empty where a format has nothing to say. */
export function formatReport(format: Format, report: Report, surroundings: Surroundings, io: Io): string {
  const style = styleOf(io);
  const text =
    format === "pretty"
      ? pretty(report, surroundings, style)
      : format === "json"
        ? json(report, surroundings)
        : format === "github"
          ? github(report, surroundings)
          : sarif(report, surroundings);
  return text === "" ? "" : `${text}\n`;
}
