import { journal } from "./0001-journal.sql.js";
import { contractsAndDebts } from "./0002-contracts-and-debts.sql.js";
import { suspects } from "./0003-suspects.sql.js";
import { attributes } from "./0004-attributes.sql.js";

export interface Migration {
  /** From 1, without gaps. */
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}

/** Forward only, and each is safe while workers of the version before it run. */
export const MIGRATIONS: readonly Migration[] = [
  { id: 1, name: "journal", sql: journal },
  { id: 2, name: "contracts-and-debts", sql: contractsAndDebts },
  { id: 3, name: "suspects", sql: suspects },
  { id: 4, name: "attributes", sql: attributes },
];
