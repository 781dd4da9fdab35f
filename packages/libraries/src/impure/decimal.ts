import { workflow } from "@continuum/runtime/workflow";
import { Decimal } from "decimal.js";

export const decimalFlow = workflow({ version: 1 }, async () => Decimal.random(10).plus(1).toString());
