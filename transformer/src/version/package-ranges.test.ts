import { expect, it } from "vitest";
import { ts } from "../compiler/ts.js";
import { packageRanges } from "./package-ranges.js";

const file = ts.createSourceFile("/home/ada/shop/packages/flows/src/order.ts", "", ts.ScriptTarget.ES2023);

function rangeOf(specifier: string, files: Readonly<Record<string, string>>): unknown {
  return packageRanges((path) => files[path])(specifier, file);
}

const dependsOn = (range: string): string => JSON.stringify({ dependencies: { decimal: range } });

it("takes the range of the nearest package.json that names the package", () => {
  const files = {
    "/home/ada/shop/packages/flows/package.json": dependsOn("^2.0.0"),
    "/home/ada/shop/package.json": dependsOn("^1.0.0"),
  };
  expect(rangeOf("decimal/round", files)).toEqual({ name: "decimal", range: "^2.0.0" });
});

it("takes the range of a workspace's root", () => {
  const files = {
    "/home/ada/shop/packages/flows/package.json": "{}",
    "/home/ada/shop/package.json": dependsOn("^1.0.0"),
    "/home/ada/shop/node_modules/decimal/package.json": "{}",
  };
  expect(rangeOf("decimal", files)).toEqual({ name: "decimal", range: "^1.0.0" });
});

it("danger: a package.json outside of the checkout makes no other version", () => {
  const files = {
    "/home/ada/shop/package.json": "{}",
    "/home/ada/shop/node_modules/decimal/package.json": "{}",
    "/home/ada/package.json": dependsOn("^9.0.0"),
  };
  expect(rangeOf("decimal", files)).toEqual({ name: "decimal", range: "*" });
});

it("has none for modules of Node", () => {
  expect(rangeOf("node:path", {})).toBeNull();
});
