/*
 * What a person sees: an impure expression two modules away from the workflow is refused by `tspc --noEmit`, with its place,
 * the path that leads there and what to type instead; inside an activity the same code is fine.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testProject } from "./fixtures/test-project.js";
import type { Outcome, TestProject } from "./fixtures/test-project.js";

/** Each in a function of its own, on line 2 of `src/deep/<name>.ts`. */
const IMPURE: readonly { readonly name: string; readonly code: string; readonly hint: RegExp }[] = [
  { name: "clock", code: "return Date.now();", hint: /now\(\)/ },
  { name: "randomness", code: "return Math.random();", hint: /random\(\)|uuid4\(\)/ },
  { name: "network", code: 'void fetch("https://bank.example"); return 1;', hint: /activity\(/ },
  { name: "environment", code: "return Number(process.env.RATE);", hint: /input/ },
  { name: "logging", code: 'console.log("priced"); return 1;', hint: /[Ll]og/ },
  { name: "timers", code: "setTimeout(() => {}, 10); return 1;", hint: /timer\(/ },
];

function files(useIn: "workflow" | "activity"): Readonly<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const { name, code } of IMPURE) {
    made[`src/deep/${name}.ts`] = `export function ${name}Value(): number {\n  ${code}\n}\n`;
    made[`src/between/${name}.ts`] =
      `import { ${name}Value } from "../deep/${name}.js";\nexport const ${name} = (): number => ${name}Value() + 1;\n`;
  }
  const imports = IMPURE.map(({ name }) => `import { ${name} } from "./between/${name}.js";`).join("\n");
  const sum = IMPURE.map(({ name }) => `${name}()`).join(" + ");
  made["src/pricing.ts"] =
    `${imports}\nexport async function price(id: string): Promise<number> {\n  return id.length + ${sum};\n}\n`;
  made["src/order.ts"] =
    useIn === "activity"
      ? `import { activity, workflow } from "@continuum/runtime/workflow";
import { price } from "./pricing.js";
export const orderFlow = workflow({ version: 1 }, async ({ id }: { id: string }) => activity(price(id)));
`
      : `import { workflow } from "@continuum/runtime/workflow";
${imports}
export const orderFlow = workflow({ version: 1 }, async ({ id }: { id: string }) => {
  return id.length + ${sum};
});
`;
  return made;
}

const made: TestProject[] = [];
const options = { types: ["node"], noEmit: true };

function project(
  texts: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): TestProject {
  const created = testProject(texts, { ...options, ...more });
  made.push(created);
  return created;
}

afterAll(() => made.forEach((each) => each.remove()));

describe("hidden two modules away, refused by tspc --noEmit:", () => {
  let outcome: Outcome = { exitCode: 0, output: "" };
  let pretty: Outcome = outcome;

  beforeAll(async () => {
    const shop = project({ ...files("workflow"), "src/typo.ts": 'export const total: number = "12";\n' });
    [outcome, pretty] = await Promise.all([
      shop.tspc("-p", ".", "--noEmit"),
      shop.tspc("-p", ".", "--noEmit", "--pretty"),
    ]);
  }, 120_000);

  it("the exit code says so", () => {
    expect(outcome.exitCode).not.toBe(0);
  });

  for (const { name, hint } of IMPURE) {
    it(`${name}, with place, path and hint`, () => {
      const [, ...messages] = outcome.output.split(/^(?=src\/)/m).map((message) => message.trimEnd());
      const found = [outcome.output.split(/^(?=src\/)/m)[0] ?? "", ...messages].filter((message) =>
        message.startsWith(`src/deep/${name}.ts(2,`),
      );
      expect(found).toHaveLength(1);
      const [head, ...details] = (found[0] ?? "").trimEnd().split("\n");
      expect(head).toMatch(/error TS\d+: CTM2\d\d\d: /);
      expect(details.slice(0, -1)).toEqual([
        expect.stringMatching(
          new RegExp(`^ +\`orderFlow\` calls \`${name}\` \\(src/order\\.ts:\\d+:\\d+\\)$`),
        ),
        expect.stringMatching(
          new RegExp(`^ +\`${name}\` calls \`${name}Value\` \\(src/between/${name}\\.ts:2:\\d+\\)$`),
        ),
      ]);
      expect(details.at(-1)).toMatch(/^ +hint: /);
      expect(details.at(-1)).toMatch(hint);
    });
  }

  it("a type error in the same build is not hidden", () => {
    expect(outcome.output).toContain("src/typo.ts(1,14): error TS2322");
  });

  it("on a terminal the path is shown with the code around it, and once", () => {
    // eslint-disable-next-line no-control-regex -- the colours of a terminal
    const plain = pretty.output.replace(/\u001b\[\d+m/g, "");
    expect(plain).toMatch(/src\/deep\/clock\.ts:2:\d+ - error TS\d+: CTM2001: /);
    expect(plain.split("`orderFlow` calls `clock`")).toHaveLength(2);
    expect(plain).toContain("hint: ");
  });
});

it("the same code inside an activity is accepted", { timeout: 60_000 }, async () => {
  expect(await project(files("activity")).tspc("-p", ".", "--noEmit")).toEqual({ exitCode: 0, output: "" });
});
