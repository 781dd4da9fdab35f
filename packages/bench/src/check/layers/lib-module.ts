/** What everything builds on: results, money, lists. */
export function libModule(i: number): string {
  return `export type Result${i}<T, E = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok${i}<T>(value: T): Result${i}<T, never> {
  return { ok: true, value };
}

export function fail${i}<E>(error: E): Result${i}<never, E> {
  return { ok: false, error };
}

export function mapResult${i}<T, U, E>(result: Result${i}<T, E>, fn: (value: T) => U): Result${i}<U, E> {
  return result.ok ? ok${i}(fn(result.value)) : result;
}

export function groupBy${i}<T, K extends string>(items: readonly T[], keyOf: (item: T) => K): Record<K, T[]> {
  const groups = {} as Record<K, T[]>;
  for (const item of items) {
    const key = keyOf(item);
    (groups[key] ??= []).push(item);
  }
  return groups;
}

export function sumBy${i}<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + valueOf(item), 0);
}

export function chunk${i}<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

export class Money${i} {
  static readonly zero = new Money${i}(0, "EUR");

  constructor(
    readonly cents: number,
    readonly currency: "EUR" | "USD" | "GBP",
  ) {}

  plus(other: Money${i}): Money${i} {
    if (other.currency !== this.currency) throw new RangeError(\`\${other.currency} is not \${this.currency}\`);
    return new Money${i}(this.cents + other.cents, this.currency);
  }

  times(factor: number): Money${i} {
    return new Money${i}(Math.round(this.cents * factor), this.currency);
  }

  get isFree(): boolean {
    return this.cents === 0;
  }

  toString(): string {
    return \`\${(this.cents / 100).toFixed(2)} \${this.currency}\`;
  }
}

export type DeepReadonly${i}<T> = T extends (infer U)[]
  ? readonly DeepReadonly${i}<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly${i}<T[K]> }
    : T;
`;
}
