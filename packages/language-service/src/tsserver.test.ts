import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  mkdirSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TsServer } from "./unstable-headless.js";
import type { ShownDiagnostic } from "./unstable-headless.js";

// Each test starts a process that parses all of a program.
vi.setConfig({ testTimeout: 60_000 });

const fixture = fileURLToPath(new URL("./fixtures/shop/", import.meta.url));
const here = fileURLToPath(new URL("../", import.meta.url));

let shop: string;
let server: TsServer;
beforeEach(() => {
  shop = realpathSync(mkdtempSync(join(tmpdir(), "continuum-editor-")));
  cpSync(fixture, shop, { recursive: true });
  writeFileSync(join(shop, "package.json"), '{ "name": "shop", "type": "module" }');
  mkdirSync(join(shop, "node_modules/@continuum"), { recursive: true });
  symlinkSync(here, join(shop, "node_modules/@continuum/language-service"));
  symlinkSync(join(here, "node_modules/@continuum/runtime"), join(shop, "node_modules/@continuum/runtime"));
  server = new TsServer(shop);
});
afterEach(async () => {
  await server.close();
  rmSync(shop, { recursive: true, force: true });
});

const path = (file: string): string => join(shop, "src", file);
const textOf = (file: string): string => readFileSync(path(file), "utf8");
const open = (file: string): void => server.tell("open", { file: path(file), projectRootPath: shop });

/** Types into an open file: everything is replaced, as some editors do. */
function type(file: string, before: string, after: string): void {
  const lines = before.split("\n");
  server.tell("change", {
    file: path(file),
    line: 1,
    offset: 1,
    endLine: lines.length,
    endOffset: (lines.at(-1)?.length ?? 0) + 1,
    insertString: after,
  });
}

const shown = (diagnostics: readonly ShownDiagnostic[]): readonly string[] =>
  diagnostics.map(
    ({ start, code, category, text }) =>
      `${String(start.line)}:${String(start.offset)} ${category} ${String(code)} ${text}`,
  );

const IMPURE = "export const stamp = (): number => Date.now();\n";

describe("as the user types", () => {
  it("a mistake three modules from the workflow shows in its file, with the path to it, and goes when it is mended", async () => {
    open("stamp.ts");
    const clean = textOf("stamp.ts");
    expect(await server.diagnosticsOf(path("stamp.ts"))).toEqual([]);
    type("stamp.ts", clean, IMPURE);
    const found = await server.diagnosticsOf(path("stamp.ts"));
    expect(shown(found)).toEqual([
      '1:36 error 2001 CTM2001: `Date.now` reads the machine\'s clock: a replay would see another time. Use now() or today() from "@continuum/runtime/workflow", or new Date(now()).',
    ]);
    expect(found[0]?.source).toBe("continuum");
    expect(
      found[0]?.relatedInformation?.map(
        ({ message, span }) =>
          `${message} ${String(span?.file.replace(shop, ""))}:${String(span?.start.line)}`,
      ),
    ).toEqual(["`orderFlow` calls `priceOf` /src/order.ts:6", "`priceOf` calls `stamp` /src/pricing.ts:4"]);
    type("stamp.ts", IMPURE, clean);
    expect(await server.diagnosticsOf(path("stamp.ts"))).toEqual([]);
  });

  it("TypeScript's own errors stay beside ours", async () => {
    open("stamp.ts");
    const clean = textOf("stamp.ts");
    const both = "export const stamp = (): string => Date.now();\n";
    type("stamp.ts", clean, both);
    expect((await server.diagnosticsOf(path("stamp.ts"))).map(({ code }) => code)).toEqual([2322, 2001]);
  });

  it("danger: code that is half typed makes no answer fail, and the whole one is judged again", async () => {
    writeFileSync(path("stamp.ts"), IMPURE);
    open("order.ts");
    open("stamp.ts");
    const whole = textOf("order.ts");
    let before = whole;
    for (let length = 0; length < whole.length; length += 23) {
      type("order.ts", before, (before = whole.slice(0, length)));
      await server.diagnosticsOf(path("order.ts"));
    }
    type("order.ts", before, whole);
    expect(await server.diagnosticsOf(path("order.ts"))).toEqual([]);
    expect((await server.diagnosticsOf(path("stamp.ts"))).map(({ code }) => code)).toEqual([2001]);
    const log = readFileSync(join(shop, "tsserver-typescript.log"), "utf8");
    expect(log).toContain("Enabling plugin @continuum/language-service");
    expect(log.match(/continuum: no .*/g)).toBeNull();
  });

  it("a helper is judged when an edit of another file makes a workflow reach it", async () => {
    writeFileSync(
      path("stamp.ts"),
      `export const stamp = (): number => 0;\nexport const late = () => Math.random();\n`,
    );
    open("stamp.ts");
    open("pricing.ts");
    expect(await server.diagnosticsOf(path("stamp.ts"))).toEqual([]);
    const clean = textOf("pricing.ts");
    type("pricing.ts", clean, clean.replace("{ stamp }", "{ late as stamp }"));
    expect((await server.diagnosticsOf(path("stamp.ts"))).map(({ code }) => code)).toEqual([2002]);
  });
});

interface CodeFix {
  readonly fixName: string;
  readonly description: string;
  readonly changes: readonly {
    readonly fileName: string;
    readonly textChanges: readonly {
      readonly start: { readonly line: number; readonly offset: number };
      readonly newText: string;
    }[];
  }[];
}

describe("quick fixes", () => {
  it("replace what is not deterministic, and import what they write", async () => {
    writeFileSync(path("stamp.ts"), IMPURE);
    open("stamp.ts");
    const [found] = await server.diagnosticsOf(path("stamp.ts"));
    const fixes = await server.request<readonly CodeFix[]>("getCodeFixes", {
      file: path("stamp.ts"),
      startLine: found?.start.line,
      startOffset: found?.start.offset,
      endLine: found?.end.line,
      endOffset: found?.end.offset,
      errorCodes: [found?.code],
    });
    const [fix] = fixes.filter((each) => each.fixName.startsWith("continuum"));
    expect(fix?.description).toBe("Replace Date.now() with now()");
    expect(fix?.changes.map(({ fileName }) => fileName)).toEqual([path("stamp.ts")]);
    expect(fix?.changes[0]?.textChanges.map(({ newText }) => newText)).toEqual([
      'import { now } from "@continuum/runtime/workflow";\n',
      "now()",
    ]);
  });

  it("of other files come with them: the calls of a function that becomes an activity", async () => {
    const impure =
      "export const stamp = (): number => 0;\nexport async function readPid(): Promise<number> {\n  return process.pid;\n}\n";
    writeFileSync(path("stamp.ts"), `declare const process: { readonly pid: number };\n${impure}`);
    writeFileSync(
      path("pricing.ts"),
      textOf("pricing.ts").replace("{ stamp }", "{ readPid }").replace(", stamp())", ", await readPid())"),
    );
    open("stamp.ts");
    const [found] = await server.diagnosticsOf(path("stamp.ts"));
    const fixes = await server.request<readonly CodeFix[]>("getCodeFixes", {
      file: path("stamp.ts"),
      startLine: found?.start.line,
      startOffset: found?.start.offset,
      endLine: found?.end.line,
      endOffset: found?.end.offset,
      errorCodes: [found?.code],
    });
    const fix = fixes.find((each) => each.description === "Run readPid as an activity");
    expect(fix?.changes.map(({ fileName }) => fileName)).toEqual([path("pricing.ts")]);
  });
});

describe("a hover", () => {
  const hover = async (file: string, text: string): Promise<string> => {
    const before = textOf(file).slice(0, textOf(file).indexOf(text)).split("\n");
    const body = await server.request<{ readonly documentation: string }>("quickinfo", {
      file: path(file),
      line: before.length,
      offset: (before.at(-1)?.length ?? 0) + 1,
    });
    return body.documentation;
  };

  it("on an activity says its name, its site, and the retry policy in force", async () => {
    open("order.ts");
    const text = await hover("order.ts", "activity(payments");
    expect(text).toContain("**Continuum**: activity `payments.charge`");
    expect(text).toMatch(/site `[^`]+` of `orderFlow`/);
    expect(text).toContain(
      'retry: maxAttempts 5, backoff "linear" (defineActivity), initialMs 1000 (default), maxBackoffMs 60000 (default)',
    );
    expect(text).toContain("timeout 2_000");
  });

  it("elsewhere says what TypeScript says, and no more", async () => {
    open("order.ts");
    expect(await hover("order.ts", "priceOf(items)")).not.toContain("Continuum");
  });
});

describe("two projects in one editor", () => {
  /** A second project beside `src`, with settings of its own; the first one does not trust the package, which it uses, too. */
  beforeEach(() => {
    const write = (file: string, text: string): void => {
      mkdirSync(dirname(join(shop, file)), { recursive: true });
      writeFileSync(join(shop, file), text);
    };
    write(
      "node_modules/coins/package.json",
      '{ "name": "coins", "version": "1.0.0", "types": "index.d.ts" }',
    );
    write("node_modules/coins/index.d.ts", "export declare function toCents(price: number): number;\n");
    const pricing = textOf("pricing.ts").replace(", stamp());", ", toCents(stamp()));");
    write("src/pricing.ts", `import { toCents } from "coins";\n${pricing}`);
    cpSync(join(shop, "src"), join(shop, "other/src"), { recursive: true });
    const trusting =
      '"plugins": [{ "transform": "@continuum/transformer/ts-patch", "trustedModules": ["coins"] }, ';
    write(
      "other/tsconfig.json",
      readFileSync(join(shop, "tsconfig.json"), "utf8").replace('"plugins": [', trusting),
    );
    write("other/package.json", '{ "name": "other", "type": "module" }');
  });

  it("are judged by their own settings, and hovers know what they can in the refused one", async () => {
    const hovered = async (): Promise<string> => {
      const line =
        textOf("order.ts")
          .split("\n")
          .findIndex((text) => text.includes("activity(payments")) + 1;
      const files = [join(shop, "src/order.ts"), join(shop, "other/src/order.ts")];
      const texts = await Promise.all(
        files.map((file) =>
          server.request<{ readonly documentation: string }>("quickinfo", { file, line, offset: 18 }),
        ),
      );
      return texts.map(({ documentation }) => documentation).join("\n=====\n");
    };
    for (const file of ["src/order.ts", "src/pricing.ts", "other/src/order.ts", "other/src/pricing.ts"])
      server.tell("open", { file: join(shop, file) });
    const codes = async (file: string): Promise<readonly number[]> =>
      (await server.diagnosticsOf(join(shop, file))).map(({ code }) => code);
    expect(await codes("src/pricing.ts")).toEqual([2010]);
    expect(await codes("other/src/pricing.ts")).toEqual([]);
    const [refused = "", fine = ""] = (await hovered()).split("=====");
    expect(refused).toContain("activity `payments.charge`");
    expect(refused).toContain("Its site gets an id when the program has no errors.");
    expect(refused).toContain('retry: maxAttempts 5, backoff "linear" (defineActivity)');
    expect(fine).toMatch(/site `orderFlow\/[^`]+` of `orderFlow`/);
  });
});

describe("a set-up that can't work", () => {
  it("an option that there is not shows where Continuum is imported", async () => {
    const config = readFileSync(join(shop, "tsconfig.json"), "utf8");
    writeFileSync(
      join(shop, "tsconfig.json"),
      config.replace('"@continuum/language-service" }', '"@continuum/language-service", "trusted": [] }'),
    );
    open("order.ts");
    expect(shown(await server.diagnosticsOf(path("order.ts")))).toEqual([
      expect.stringMatching(
        /^1:36 error 1310 CTM1310: The plugin "@continuum\/language-service" has no option "trusted"/,
      ),
    ]);
  });
});

it("works in the tsserver of TypeScript 5.9, with the nodes of that one", async () => {
  const older = new TsServer(shop, "typescript-5");
  try {
    writeFileSync(path("stamp.ts"), IMPURE);
    older.tell("open", { file: path("stamp.ts"), projectRootPath: shop });
    const found = await older.diagnosticsOf(path("stamp.ts"));
    expect(found.map(({ code }) => code)).toEqual([2001]);
    expect(readFileSync(join(shop, "tsserver-typescript-5.log"), "utf8")).toContain("Version: 5.9.3");
  } finally {
    await older.close();
  }
});
