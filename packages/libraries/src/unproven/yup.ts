import { workflow } from "@continuum/runtime/workflow";
import { number, object, string } from "yup";

const Line = object({ sku: string().required(), quantity: number().positive() });

export const parsedByYup = workflow({ version: 1 }, async (input: unknown) => Line.validateSync(input).sku);
