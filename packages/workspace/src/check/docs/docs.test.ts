import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findUnexplained } from "./error-pages.js";
import { findBrokenLinks } from "./links.js";
import { findStaleQuotes } from "./quoted-code.js";
import { findTypeErrors } from "./typed-blocks.js";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "continuum-docs-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const page = (code: string) => `# ${code}: a mistake\n\n\`\`\`ts\nfix();\n\`\`\`\n`;

describe("error pages", () => {
  test("a code in the sources and its page belong together", () => {
    write(
      "runtime/src/errors/connect.ts",
      'throw fault("CTM1100", "no database");\n// CTM1199 is still free',
    );
    write("docs/errors/CTM1100.md", page("CTM1100"));
    expect(findUnexplained(root)).toEqual([]);
  });

  test("danger: a code without a page, a page without a code, a page of another code", () => {
    write("packages/cli/src/cli.ts", 'const code = "CTM1300";');
    write("runtime/src/a.ts", 'const code = "CTM1101";');
    write("runtime/src/a.test.ts", 'const code = "CTM1200";');
    write("docs/errors/CTM1200.md", page("CTM1200"));
    write("docs/errors/CTM1101.md", page("CTM1100"));
    expect(findUnexplained(root)).toEqual([
      'docs/errors/CTM1101.md must begin with "# CTM1101"',
      "docs/errors/CTM1200.md explains a code that no source uses",
      "docs/errors/CTM1300.md is missing: packages/cli/src/cli.ts uses the code",
    ]);
  });
});

describe("quoted code", () => {
  const quoting = (code: string) => `<!-- code: order.ts#steps -->\n\`\`\`ts\n${code}\`\`\`\n`;

  beforeEach(() => {
    write(
      "order.ts",
      "before();\n  // #region steps\n  if (paid) {\n    ship();\n  }\n  // #endregion\nafter();\n",
    );
  });

  test("a page that quotes what is there is right", () => {
    write("README.md", quoting("if (paid) {\n  ship();\n}\n"));
    expect(findStaleQuotes(root, false)).toEqual([]);
  });

  test("a page that explains how to quote quotes nothing", () => {
    write("CONTRIBUTING.md", quoting("").replaceAll(/^/gm, "    "));
    expect(findStaleQuotes(root, false)).toEqual([]);
  });

  test("danger: the quoted code has changed; fixing copies it again", () => {
    write("README.md", quoting("ship();\n"));
    expect(findStaleQuotes(root, false)).toEqual([
      "README.md: the code of order.ts has changed (npm run fix)",
    ]);
    expect(findStaleQuotes(root, true)).toEqual([]);
    expect(readFileSync(join(root, "README.md"), "utf8")).toBe(quoting("if (paid) {\n  ship();\n}\n"));
  });

  test("danger: a quoted file, region or block is not there", () => {
    write("docs/a.md", "<!-- code: gone.ts -->\n```ts\n```\n");
    write("docs/b.md", "<!-- code: order.ts#gone -->\n```ts\n```\n");
    write("docs/c.md", "<!-- code: order.ts -->\n\nno block\n");
    expect(findStaleQuotes(root, true)).toEqual([
      "docs/a.md: there is no gone.ts",
      "docs/b.md: there is no order.ts#gone",
      'docs/c.md: a "<!-- code: … -->" has no code block below it',
    ]);
  });
});

test("danger: a link that leads nowhere; code and other sites are left alone", () => {
  write("README.md", "[a](docs/a.md#part) [b](docs/b.md) [c](https://example.org)\n```ts\nx[0](y)\n```\n");
  write("docs/a.md", "[up](../README.md)");
  expect(findBrokenLinks(root)).toEqual(["README.md: a link to docs/b.md, which is not there"]);
});

test("danger: a block with a type error is reported by page and line", () => {
  const good = { page: "docs/a.md", line: 3, text: "const one: number = 1;\nexport {};" };
  const bad = { page: "docs/b.md", line: 10, text: "\nconst one: number = 'one';\nexport {};" };
  expect(findTypeErrors(root, [good, bad])).toEqual([
    "docs/b.md:12: Type 'string' is not assignable to type 'number'.",
  ]);
});
