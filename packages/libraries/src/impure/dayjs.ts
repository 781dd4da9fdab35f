import { workflow } from "@continuum/runtime/workflow";
import dayjs from "dayjs";

export const dayjsFlow = workflow({ version: 1 }, async () => dayjs().add(1, "day").valueOf());
