import { workflow } from "@continuum/runtime/workflow";
import { v4 as makeId } from "uuid";

export const uuidFlow = workflow({ version: 1 }, async () => makeId());
