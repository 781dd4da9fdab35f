import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { linkPackages } from "./link-packages.js";

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), "continuum-cli-")))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...path: readonly string[]): string => join(folder, ...path);

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), "{}");
  }
}

function symlink(target: string, name: string): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  symlinkSync(at(target), at(name));
}

it("links a package of the workspace to the revision's, and what is installed to where it is", () => {
  write(
    ...[
      "now/packages/money/package.json",
      "now/packages/new/package.json",
      "now/node_modules/round/package.json",
    ],
    ...["now/node_modules/.pnpm/zod@4/node_modules/zod/package.json", "now/node_modules/.bin/tsc"],
    ...["then/packages/money/package.json", "then/shop/package.json", "then/package.json"],
  );
  symlink("now/packages/money", "now/shop/node_modules/@shop/money");
  symlink("now/packages/new", "now/shop/node_modules/@shop/new");
  symlink("now/node_modules/.pnpm/zod@4/node_modules/zod", "now/shop/node_modules/zod");
  linkPackages({
    from: at("now"),
    to: at("then"),
    above: new Map(),
    tracked: ["packages/money/package.json", "shop/package.json", "package.json"],
  });
  expect(realpathSync(at("then/shop/node_modules/@shop/money"))).toBe(at("then/packages/money"));
  // What the workspace did not have then is not there.
  expect(existsSync(at("then/shop/node_modules/@shop/new"))).toBe(false);
  expect(realpathSync(at("then/shop/node_modules/zod"))).toBe(
    at("now/node_modules/.pnpm/zod@4/node_modules/zod"),
  );
  expect(realpathSync(at("then/node_modules/round"))).toBe(at("now/node_modules/round"));
});

it("leaves packages that the revision tracks alone, and sees those that are installed above the repository", () => {
  write(
    ...["above/node_modules/round/package.json", "above/now/node_modules/zod/package.json"],
    ...["tree/then/node_modules/zod/index.js", "tree/then/package.json"],
  );
  linkPackages({
    from: at("above/now"),
    to: at("tree/then"),
    above: new Map([[at("above"), at("tree")]]),
    tracked: ["package.json", "node_modules/zod/index.js"],
  });
  expect(realpathSync(at("tree/then/node_modules/zod"))).toBe(at("tree/then/node_modules/zod"));
  expect(realpathSync(at("tree/node_modules/round"))).toBe(at("above/node_modules/round"));
});
