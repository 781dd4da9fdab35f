/*
 * What a workflow may do with a package that was compiled by itself, and what it is told where it may not.
 */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toTsDiagnostic } from "../diagnostics/ts-diagnostic.js";
import { compile } from "../pipeline.js";
import { packageFolder } from "./fixtures/packages.js";
import type { BuildOptions, PackageFolder } from "./fixtures/packages.js";
import type { CompiledProgram } from "./library.js";
import { openProgram, readProgramInputs } from "./open-program.js";

let packages: PackageFolder;
beforeEach(() => {
  packages = packageFolder();
});
afterEach(() => packages.remove());

const kit = (text: string, options: ts.CompilerOptions = {}): CompiledProgram =>
  packages.build("kit", "index.ts", { "index.ts": text }, { options: { declaration: true, ...options } });

/** A workflow whose function is `body`, with everything of the kit in `kit`. */
function shop(body: string, more: BuildOptions = {}): readonly string[] {
  const text = `import { activity, timer, workflow } from "@continuum/runtime/workflow";
import * as kit from "@acme/kit";
export const flow = workflow({ version: 1 }, async (n: number) => { ${body} });
export const used = [activity, timer];
`;
  return packages
    .build("shop", "flow.ts", { "flow.ts": text }, more)
    .diagnostics.map(({ code, place, message }) => `${code} ${place.file}:${String(place.line)} ${message}`);
}

describe("is refused, at the place where the workflow brings it in:", () => {
  it.each([
    [
      "a clock behind a getter",
      "export class Kit { get age(): number { return Date.now(); } }",
      "return new kit.Kit().age;",
      "CTM2001",
    ],
    [
      "state that the package changes",
      "let count = 0;\nexport const next = (): number => ++count;",
      "return kit.next();",
      "CTM2008",
    ],
    [
      "an async function whose form can't be compiled",
      "export async function* each() { yield 1; }\nexport async function all(): Promise<number> { for await (const n of each()) return n; return 0; }",
      "return await kit.all();",
      "CTM3051",
    ],
    [
      "a promise that is made while the package loads",
      "export const ready = Promise.resolve(1);",
      "return await kit.ready;",
      "CTM3056",
    ],
  ])("%s", (_, text, body, code) => {
    expect(kit(text).diagnostics).toEqual([]);
    packages.installKit();
    const found = shop(body);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map((line) => line.split(" ", 2).join(" "))).toContain(`${code} src/flow.ts:3`);
  });

  it("an impure function that is handed to the package's pure one, at the function itself", () => {
    kit("export const twice = (f: () => number): number => f() + f();");
    packages.installKit();
    expect(shop("return kit.twice(() => Math.random());")).toEqual([
      expect.stringMatching(/^CTM2002 src\/flow\.ts:3 `Math\.random` gives/),
    ]);
    expect(shop("return kit.twice(() => n);")).toEqual([]);
  });

  it("an async function of a package that does not depend on the runtime; its sync ones serve", () => {
    const alone = packageFolder();
    try {
      packages.remove();
      packages = alone;
      cpSync(join(alone.folder, "kit/package.json"), join(alone.folder, "away/package.json"));
      const text =
        "export const half = (n: number): number => n / 2;\nexport const later = async (n: number): Promise<number> => n;\n";
      alone.build("away", "index.ts", { "index.ts": text }, { options: { declaration: true } });
      const output = readFileSync(join(alone.folder, "away/dist/index.js"), "utf8");
      expect(output).not.toContain("@continuum");
      expect(output).toContain("async (n)");
      cpSync(join(alone.folder, "away"), join(alone.folder, "shop/node_modules/@acme/kit"), {
        recursive: true,
      });
      expect(shop("return kit.half(n);")).toEqual([]);
      expect(shop("return await kit.later(n);")).toEqual([
        expect.stringMatching(/^CTM3110 src\/flow\.ts:3 .*left a native async function/),
      ]);
    } finally {
      alone.remove();
    }
  });

  it("what only the package has types for: the clock of Node is no unknown name", () => {
    const text = 'export const zone = (): string => process.env["TZ"] ?? "UTC";\n';
    packages.link("@types/node", "node_modules/@types/node", "kit");
    kit(text, { types: ["node"] });
    packages.installKit();
    expect(shop("return kit.zone();")).toEqual([
      expect.stringMatching(
        /^CTM3111 src\/flow\.ts:3 .*`process` in `@acme\/kit\/src\/index` means nothing in this program/,
      ),
    ]);
    packages.link("@types/node", "node_modules/@types/node", "shop");
    expect(shop("return kit.zone();")).toEqual([expect.stringMatching(/^CTM2005 src\/flow\.ts:3 /)]);
  });

  it("two copies of it", () => {
    kit("export const half = (n: number): number => n / 2;");
    const at = join(packages.folder, "shop/node_modules/@acme");
    for (const name of ["kit", "other"])
      cpSync(join(packages.folder, "kit"), join(at, name), { recursive: true });
    expect(
      shop('return kit.half(other.half(n)); }); import * as other from "@acme/other"; void (() => {'),
    ).toEqual([expect.stringMatching(/^CTM3113 src\/flow\.ts:3 .*two copies of `@acme\/kit\/src\/index`/)]);
  });

  it("an effect that was compiled to ask for one name, and here would ask for another", () => {
    const manifest = readFileSync(join(packages.folder, "kit/package.json"), "utf8").replace("kit", "bank");
    const installBank = (name: string, into: string): void => {
      packages.write({ "package.json": manifest }, "bank");
      const text = `import { defineActivity } from "@continuum/runtime/workflow";
export const charge = defineActivity({ name: "${name}" }, async (cents: number): Promise<number> => cents);
`;
      packages.build("bank", "index.ts", { "index.ts": text }, { options: { declaration: true } });
      cpSync(join(packages.folder, "bank"), join(packages.folder, into, "node_modules/@acme/bank"), {
        recursive: true,
      });
    };
    packages.link("@continuum/runtime", "runtime");
    installBank("bank.charge", "kit");
    const { diagnostics } = kit(`import { activity } from "@continuum/runtime/workflow";
import { charge } from "@acme/bank";
export const pay = async (cents: number): Promise<number> => await activity(charge(cents));
`);
    expect(diagnostics).toEqual([]);
    packages.installKit();
    installBank("bank.charge", "shop");
    expect(shop("return await kit.pay(n);")).toEqual([]);
    installBank("bank.take", "shop");
    expect(shop("return await kit.pay(n);")).toEqual([
      expect.stringMatching(
        /^CTM3114 src\/flow\.ts:3 .*asks for `bank\.charge` in the compiled package, and would be `bank\.take` here/,
      ),
    ]);
  });
});

it("what the user vouches for is as the user says", () => {
  kit(
    "let count = 0;\nexport const next = (): number => ++count;\nexport const other = (): number => Date.now();\n",
  );
  packages.installKit();
  const trustedModules = [{ module: "@acme/kit", names: ["next"] }];
  expect(shop("return kit.next();", { trustedModules })).toEqual([]);
  expect(shop("return kit.other();", { trustedModules })).toEqual([expect.stringMatching(/^CTM2001 /)]);
  expect(shop("return kit.other();", { trustedModules: ["@acme/kit"] })).toEqual([]);
});

it("an activity of the package is named by the package, as far as nothing else is said", () => {
  kit(`import { defineActivity } from "@continuum/runtime/workflow";
export async function charge(cents: number): Promise<number> { return cents + Date.now(); }
export const refund = defineActivity({ name: "bank.refund" }, async (cents: number): Promise<number> => cents);
`);
  packages.installKit();
  const text = `import { activity, workflow } from "@continuum/runtime/workflow";
import { charge as take, refund } from "@acme/kit";
export const flow = workflow({ version: 1 }, async (n: number) => [await activity(take(n)), await activity(refund(n))]);
`;
  const { diagnostics, manifests, files } = packages.build("shop", "flow.ts", { "flow.ts": text });
  expect(diagnostics).toEqual([]);
  expect(manifests.get("flow")?.activities).toEqual(["@acme/kit.charge", "bank.refund"]);
  expect(files.find(({ fileName }) => fileName.endsWith("flow.js"))?.text).toContain(
    '"@acme/kit.charge": () => take',
  );
});

it("a const enum of the package is part of the hash, and asks for no module to be loaded", () => {
  const hashWith = (value: number): string => {
    kit(`export const enum Level { Low = ${String(value)} }\nexport const other = 1;\n`);
    const text = `import { workflow } from "@continuum/runtime/workflow";
import { Level } from "@acme/kit";
export const flow = workflow({ version: 1 }, async (n: number) => n + Level.Low);
`;
    const { diagnostics, manifests, files } = packages.build("shop", "flow.ts", { "flow.ts": text });
    expect(diagnostics).toEqual([]);
    expect(files.find(({ fileName }) => fileName.endsWith("flow.js"))?.text).not.toContain("@acme/kit");
    const manifest = manifests.get("flow");
    expect(manifest?.modules).toBeUndefined();
    return manifest?.versionHash ?? "";
  };
  packages.linkKit();
  expect(hashWith(1)).not.toBe(hashWith(2));
});

it("a terminal can show the expression in a source that was never on this disk", () => {
  kit("export const age = (): number => Date.now();\n");
  packages.installKit();
  shop("return kit.age();");
  const at = join(packages.folder, "shop");
  const program = openProgram(
    readProgramInputs({
      rootNames: [join(at, "src/flow.ts")],
      currentDirectory: at,
      compilerOptions: { module: 199, moduleResolution: 99, target: 10, lib: ["lib.es2023.d.ts"], types: [] },
    }),
  );
  const [diagnostic] = compile(program).diagnostics;
  if (diagnostic === undefined) throw new Error("nothing was found");
  const related = toTsDiagnostic(program, diagnostic).relatedInformation?.at(-1);
  expect(related?.file?.fileName).toBe(`${packages.folder}/shop/node_modules/@acme/kit/dist/index.ts`);
  expect(related?.file?.text.slice(related.start, (related.start ?? 0) + (related.length ?? 0))).toBe(
    "Date.now",
  );
});
