/*
 * `continuum explain CTMnnnn`: the page of an error.
 */
import type { Command } from "../command.js";
import type { Io } from "../io.js";
import { knownCodes, pageOf, titleOf } from "../pages.js";
import { styleOf } from "../terminal/style.js";
import { prettyMarkdown } from "../terminal/markdown.js";
import { UsageError } from "../usage-error.js";

export const explain: Command = {
  name: "explain",
  about: "print what an error code means, why it matters, and the fix",
  synopsis: "CTMnnnn",
  details: ["Prints the page of an error: what happened, why it matters, and the fix."],
  flags: {},
  run({ names }, io) {
    const [typed, ...others] = names;
    if (typed === undefined || others.length > 0)
      throw new UsageError(
        "CTM1331",
        "continuum explain takes one code.",
        "Write: continuum explain CTM2001",
      );
    const digits = /^(?:ctm)?[-_ ]?(\d+)$/i.exec(typed)?.[1];
    const page = digits === undefined ? null : pageOf(`CTM${digits}`);
    if (page === null) throw unknownCode(typed, digits);
    io.out(rendered(page, io));
    return 0;
  },
};

function rendered(page: string, io: Io): string {
  const style = styleOf(io);
  return io.isTerminal ? `\n${prettyMarkdown(page, style)}\n` : page.replace(/\n*$/, "\n");
}

function unknownCode(typed: string, digits: string | undefined): UsageError {
  const near = digits === undefined ? [] : nearCodes(digits);
  if (/^TS\d+$/i.test(typed))
    return new UsageError(
      "CTM1332",
      `${typed.toUpperCase()} is one of TypeScript's errors, and Continuum has no page on it.`,
      "Its message says all that TypeScript knows.",
    );
  return new UsageError(
    "CTM1332",
    `There is no error ${digits === undefined ? `"${typed}"` : `CTM${digits}`}.`,
    near.length === 0
      ? "Write the code as it was printed: continuum explain CTM2001"
      : `Near to it: ${near.map((code) => `${code} (${titleOf(pageOf(code) ?? "")})`).join(", ")}.`,
  );
}

/** One digit wrong, one too many or too few, two swapped: at most three, the nearest numbers first. */
function nearCodes(digits: string): readonly string[] {
  const distance = (code: string): number => Math.abs(Number(code.slice(3)) - Number(digits));
  const looksLike = (code: string): boolean => {
    const known = code.slice(3);
    const shared = Array.from(known).filter((digit, i) => digit === digits[i]).length;
    const isSwapped = Array.from(known).sort().join("") === Array.from(digits).sort().join("");
    return shared >= 3 || isSwapped || known.startsWith(digits) || digits.startsWith(known);
  };
  return knownCodes()
    .filter(looksLike)
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, 3);
}
