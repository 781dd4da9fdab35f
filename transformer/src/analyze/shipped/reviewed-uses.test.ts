import { describe, expect, it } from "vitest";
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import { viewProgram } from "../../compiler/program-view.js";
import { fixtureProgram } from "../../fixtures/program.js";
import { isUsedAsRead } from "./reviewed-uses.js";

const DAYJS = `
  declare function dayjs(at?: dayjs.ConfigType): dayjs.Dayjs;
  declare namespace dayjs {
    type ConfigType = string | number | Date | Dayjs | null | undefined;
    class Dayjs { add(n: number, unit: string): Dayjs; utc(keep?: boolean): Dayjs; local(): Dayjs; diff(at?: ConfigType, unit?: string): number }
    function utc(at?: ConfigType): Dayjs;
    function extend(plugin: unknown): void;
  }
  export = dayjs;`;
const LUXON = `
  export interface Options { zone?: string; setZone?: boolean }
  export class DateTime {
    static fromISO(text: string, options?: Options): DateTime;
    static fromObject(units: { year?: number; hour?: number; localWeekday?: number }, options?: Options): DateTime;
    static utc(year?: number, month?: number): DateTime;
    static now(): DateTime;
    toFormat(format: string): string;
  }
  export class Duration { static fromISO(text: string): Duration }`;

/** Is the expression \`at.name\` or \`name\` that is called in \`call\` used as people have read? */
function isRead(call: string, more = ""): boolean {
  const { program, readFile } = fixtureProgram(
    new Map([
      [
        "order.ts",
        `import dayjs from "dayjs";\nimport utc from "dayjs/plugin/utc.js";\nimport own from "./own.js";\nimport { DateTime, Duration } from "luxon";\ndeclare const input: { at: string; maybe?: string; zone: string; list: string[]; any: any; year: number };\ndeclare const day: dayjs.Dayjs;\n${more}\nexport const given = [dayjs, utc, own, DateTime, Duration];\nexport const result = ${call};`,
      ],
      ["own.ts", "export default (): void => undefined;"],
      ["node_modules/dayjs/package.json", '{ "name": "dayjs", "version": "1.11.20", "types": "index.d.ts" }'],
      ["node_modules/dayjs/index.d.ts", DAYJS],
      ["node_modules/dayjs/plugin/utc.d.ts", "declare const plugin: unknown; export = plugin;"],
      ["node_modules/luxon/package.json", '{ "name": "luxon", "version": "3.7.2", "types": "index.d.ts" }'],
      ["node_modules/luxon/index.d.ts", LUXON],
    ]),
  );
  const view = viewProgram(program, { readFile });
  const file = program.getSourceFile("/shop/order.ts");
  const last = file?.statements.at(-1);
  if (last === undefined || !ts.isVariableStatement(last)) throw new Error("no result");
  const value = last.declarationList.declarations[0]?.initializer;
  if (value === undefined) throw new Error("no value");
  const node: TS.Expression = ts.isCallExpression(value) ? value.expression : value;
  if (!ts.isPropertyAccessExpression(node)) throw new Error("no member");
  const isExport = node.expression.getText() === "dayjs";
  const home = call.includes("dayjs") || call.startsWith("day.") ? "dayjs" : "luxon";
  return isUsedAsRead(view, node, home, isExport ? ["default", node.name.text] : [node.name.text]);
}

describe("a use as people have read that it may be", () => {
  it.each([
    "dayjs.utc(input.at)",
    "dayjs.utc(input.year)",
    "dayjs.utc(day)",
    "dayjs.utc(new Date(5))",
    'day.add(1, "day")',
    "day.utc()",
    "day.diff(dayjs.utc(5))",
    'DateTime.fromISO(input.at, { zone: "utc" })',
    "DateTime.fromISO(input.at, UTC)",
    'DateTime.fromObject({ year: input.year, hour: 3 }, { zone: "UTC" })',
    "DateTime.utc(input.year)",
    "Duration.fromISO(input.at)",
    'DateTime.utc(2026).toFormat("yyyy-MM-dd")',
  ])("%s", (call) => {
    expect(isRead(call, 'const UTC = { zone: "utc" } as const;')).toBe(true);
  });

  it.each([
    "dayjs.utc()",
    "dayjs.utc(undefined)",
    "dayjs.utc(input.maybe)",
    "dayjs.utc(input.maybe!)",
    "dayjs.utc(input.maybe as string)",
    "dayjs.utc((<string>input.maybe))",
    "dayjs.utc(input.any)",
    "dayjs.utc(input.list[0])",
    "dayjs.utc(...times)",
    "dayjs.utc",
    "dayjs.utc.call(null)",
    "day.local()",
    "day.utc(true)",
    "day.diff(input.at)",
    "day.diff()",
    "DateTime.fromISO(input.at)",
    "DateTime.fromISO(input.at, {})",
    "DateTime.fromISO(input.at, { zone: input.zone })",
    'DateTime.fromISO(input.at, { zone: "local" })',
    'DateTime.fromISO(input.at, { zone: "Europe/Berlin" })',
    "DateTime.fromISO(input.at, wider)",
    'DateTime.fromObject({ hour: 3 }, { zone: "utc" })',
    'DateTime.fromObject({ year: 2026, localWeekday: 1 }, { zone: "utc" })',
    "DateTime.utc()",
    "DateTime.utc(undefined)",
    "DateTime.now()",
    'DateTime.utc(2026).toFormat("n")',
    "DateTime.utc(2026).toFormat(input.at)",
  ])("danger: not so: %s", (call) => {
    const more = 'const wider: { zone?: string } = { zone: "utc" };\ndeclare const times: [string];';
    expect(isRead(call, more)).toBe(false);
  });

  it("with the plugins that were read", () => {
    expect(isRead("dayjs.utc(input.at)", "dayjs.extend(utc);")).toBe(true);
  });

  it.each([
    "dayjs.extend(own);",
    "const { extend } = dayjs;",
    'dayjs["extend"](own);',
    "const add = dayjs.extend; add(own);",
  ])("danger: not with a plugin of somebody else: %s", (plugin) => {
    expect(isRead("dayjs.utc(input.at)", plugin)).toBe(false);
  });
});
