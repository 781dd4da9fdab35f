/*
 * `npm run prove NAME -- …`: runs one proof. Each prints a table for people and, as its last line, one JSON object.
 */
import { proveChaos } from "./crash/chaos/prove-chaos.js";
import { proveCrash } from "./crash/prove-crash.js";
import { proveDeterminism } from "./determinism/prove-determinism.js";
import { proveDifferential } from "./differential/prove-differential.js";
import { table, UsageError } from "./table.js";
import type { Proof } from "./table.js";

const PROOFS: ReadonlyMap<string, Proof> = new Map([
  ["chaos", proveChaos],
  ["crash", proveCrash],
  ["determinism", proveDeterminism],
  ["differential", proveDifferential],
]);

const [name, ...words] = process.argv.slice(2);
const proof = name === undefined ? undefined : PROOFS.get(name);
if (proof === undefined) {
  const known = [...PROOFS.keys()].join(", ");
  console.error(
    `${name === undefined ? "No proof was named" : `There is no proof "${name}"`}. Write: npm run prove NAME, with one of: ${known}`,
  );
  process.exitCode = 1;
} else {
  try {
    const { heading, rows, summary, holds } = await proof(words);
    console.log(`${heading}\n\n${table(rows)}\n`);
    console.log(JSON.stringify(summary));
    process.exitCode = holds ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
