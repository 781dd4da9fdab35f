import { workflow } from "@continuum/runtime/workflow";
import { DateTime } from "luxon";

const deadline = (): number => DateTime.now().toMillis();

export const luxonFlow = workflow({ version: 1 }, async () => deadline());
