import type { EffectSummary, PolicyPart } from "@continuum/transformer";

/**
 * What an editor shows of an effect call, in Markdown.
 *
 * @example
 * hoverText(effect)
 * // **Continuum**: activity `payments.charge`
 * //
 * // site `2d1c…` of `orderFlow`
 * //
 * // retry: maxAttempts 5, backoff "exponential", initialMs 1000 (default), maxBackoffMs 60000 (default)
 */
export function hoverText(effect: EffectSummary): string {
  const target = effect.target === null ? "" : ` \`${effect.target}\``;
  return [`**Continuum**: ${effect.kind}${target}`, ...sitesOf(effect), ...policyOf(effect.policy)].join(
    "\n\n",
  );
}

function sitesOf({ key, sites }: EffectSummary): readonly string[] {
  if (key === null) return ["Its site gets an id when the program has no errors."];
  return sites.length === 0
    ? [`key \`${key}\``]
    : sites.map(({ workflow, id }) => `site \`${id}\` of \`${workflow}\``);
}

const OUTSIDE_RETRY: ReadonlySet<string> = new Set(["timeout", "heartbeatTimeout"]);
const REMARKS: Readonly<Record<PolicyPart["from"], string>> = {
  call: "",
  definition: " (defineActivity)",
  default: " (default)",
};

function policyOf(policy: readonly PolicyPart[]): readonly string[] {
  const written = (parts: readonly PolicyPart[]): string =>
    parts.map(({ name, value, from }) => `${name} ${value}${REMARKS[from]}`).join(", ");
  const retry = policy.filter(({ name }) => !OUTSIDE_RETRY.has(name));
  const others = policy.filter(({ name }) => OUTSIDE_RETRY.has(name));
  return [
    ...(retry.length === 0 ? [] : [`retry: ${written(retry)}`]),
    ...(others.length === 0 ? [] : [written(others)]),
  ];
}
