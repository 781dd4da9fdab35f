/*
 * What a package does, said to the user: which mistake it is, and what to type instead.
 */
import type { Problem } from "../../ir/problem.js";
import type { DeedFamily } from "./platform.js";
import type { PackageDeed } from "./verdict.js";

const DOES: Readonly<Record<DeedFamily, string>> = {
  clock: "reads the clock",
  randomness: "is random",
  timers: "sets a timer",
  io: "reaches for the world outside",
  environment: "differs between machines",
  logging: "writes to a log",
  dynamicCode: "makes code from text",
  state: "keeps what earlier calls left there",
  sharedMemory: "is shared by all runs of the process",
};

const INSTEAD: Readonly<Record<DeedFamily, string>> = {
  clock: 'Pass the time in, from now() of "@continuum/runtime/workflow", or call',
  randomness: 'Use uuid4() or random() of "@continuum/runtime/workflow", or call',
  timers: "Use timer(…), or call",
  io: "Call",
  environment: "Pass what it needs in with the input, or call",
  logging: "Use log.info(…), or call",
  dynamicCode: "Call",
  state: "Call",
  sharedMemory: "Call",
};

/** The mistake that the first of the deeds is; none where there is no deed. */
export function describeDeed(
  deeds: readonly PackageDeed[],
  name: string,
  home: string,
  exported: string,
): readonly Pick<Problem, "code" | "message" | "hint" | "packagePath">[] {
  const [first] = deeds;
  const place = first?.path.at(-1);
  if (first === undefined || place === undefined) return [];
  const at = `${place.file}:${String(place.line)}`;
  const trusted = home.replace(/^@types\/(?:(.+?)__)?/, (_, scope: string | undefined) =>
    scope === undefined ? "" : `@${scope}/`,
  );
  const own = exported.split(".").pop() ?? "";
  // A module as a whole has no name to vouch for.
  const trust = /^[\w$]+$/.test(own)
    ? `trustedModules: [{ module: "${trusted}", names: ["${own}"] }].`
    : `trustedModules: ["${trusted}"].`;
  if (first.family === null) {
    return [
      {
        code: "CTM2010",
        message: `What \`${name}\` of the package "${trusted}" does can't be followed: ${at} uses ${quoted(first.what)}.`,
        hint: `Call it in an activity(…), or, if it is deterministic, vouch for it: ${trust}`,
        packagePath: first.path,
      },
    ];
  }
  return [
    {
      code: first.family === "state" ? "CTM2041" : "CTM2040",
      message: `\`${name}\` of the package "${trusted}" is not deterministic: ${at} uses \`${first.what}\`, which ${DOES[first.family]}.`,
      hint: `${INSTEAD[first.family]} it in an activity(…). Where your use never comes to that line, vouch for it: ${trust}`,
      packagePath: first.path,
    },
  ];
}

/** In backquotes, where it is code. */
export function quoted(what: string): string {
  const [, name, more] = /^([a-z]\w*)(, which .*)$/i.exec(what) ?? [];
  if (name !== undefined && more !== undefined) return `\`${name}\`${more}`;
  return what.startsWith('"') ? what : `\`${what}\``;
}
