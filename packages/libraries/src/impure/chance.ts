import { workflow } from "@continuum/runtime/workflow";
import Chance from "chance";

export const chanceFlow = workflow({ version: 1 }, async () => new Chance().integer());
