import { workflow } from "@continuum/runtime/workflow";
import _ from "lodash";

export const numbered = workflow({ version: 1 }, async (prefix: string) => _.uniqueId(prefix));
