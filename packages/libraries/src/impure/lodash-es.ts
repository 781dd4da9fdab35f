import { workflow } from "@continuum/runtime/workflow";
import { uniqueId } from "lodash-es";

export const lodashFlow = workflow({ version: 1 }, async () => uniqueId("order-"));
