import { workflow } from "@continuum/runtime/workflow";
import * as ids from "ulid";

export const ulidFlow = workflow({ version: 1 }, async () => ids.ulid());
