#!/usr/bin/env node
import module from "node:module";
import process from "node:process";

// From Node 22.1 on, what was compiled of the compiler is read again at the next start. tsc does the same.
module.enableCompileCache?.();
const { main } = await import("../dist/main.js");

process.exitCode = await main(process.argv.slice(2));

// All is said and done: when everybody has it, the memory goes at once, instead of object by object.
process.stdout.write("", () => process.stderr.write("", () => process.exit()));
