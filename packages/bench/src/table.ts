/** What a benchmark found: rows for people, a summary for programs. */
export interface Findings {
  readonly heading: string;
  /** The first row names the columns. */
  readonly rows: readonly (readonly string[])[];
  /** `name` first. */
  readonly summary: { readonly name: string; readonly [figure: string]: unknown };
}

export type Benchmark = () => Findings;

/** Columns side by side: the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("   ");
  const [head, ...body] = rows.map(line);
  return [head, widths.map((width) => "─".repeat(width)).join("   "), ...body].join("\n");
}

/** `1,234,567` */
export function grouped(n: number): string {
  return Math.round(n).toLocaleString("en-US");
}

/** The middle one of `values`. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
