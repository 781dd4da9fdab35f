import { workflow } from "@continuum/runtime/workflow";
import { coerce, inc, satisfies } from "semver";

export const nextVersion = workflow({ version: 1 }, async (input: { readonly version: string }) => {
  const next = inc(input.version, "minor") ?? coerce(input.version)?.version ?? "0.0.0";
  return satisfies(next, "^1.2.0 || >=3") ? next : null;
});
