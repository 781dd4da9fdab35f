import { workflow } from "@continuum/runtime/workflow";
import moment from "moment";

export const momentFlow = workflow({ version: 1 }, async () => moment().valueOf());
