/** What a proof found: rows for people, a summary for programs. */
export interface Findings {
  readonly heading: string;
  /** The first row names the columns. */
  readonly rows: readonly (readonly string[])[];
  /** `name` first. */
  readonly summary: { readonly name: string; readonly [figure: string]: unknown };
  /** Whether the proof holds: decides the exit code. */
  readonly holds: boolean;
}

/** Runs with the words that follow its name on the command line. */
export type Proof = (words: readonly string[]) => Promise<Findings>;

/** A wrong word on the command line; its message says which are right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

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
