/*
 * Purpose: what a program's uses of packages do: the question as data, the answer as data, so that both can be kept.
 * Invariant: an answer depends on nothing but the question and the files that were read for it.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { PackageStep } from "../../ir/problem.js";
import { openLibrary } from "./library.js";
import type { Library } from "./library.js";
import { reachExports } from "./reach-exports.js";
import type { ShippedFiles } from "./resolve.js";
import type { ShippedModule } from "./shipped-module.js";
import type { DeedFamily } from "./platform.js";
import { quoted } from "./say-deed.js";
import { isApart, isReviewed, reviewOf } from "./reviewed.js";
import { harmfulChanges, stateFindings } from "./state.js";
import { newWorld } from "./world.js";
import type { Finding, Step, World } from "./world.js";

/** An export of a package that workflow code names, as a file of the project imports it. */
export interface Entry {
  readonly specifier: string;
  /** Absolute: resolution starts here. */
  readonly from: string;
  readonly how: "import" | "require";
  /** The export, then members of it: `["z", "object"]`; none for the module itself. */
  readonly names: readonly string[];
  /** It is used as people have read that it may be (reviewed-uses.ts). */
  readonly asRead?: true;
}

export interface Question {
  readonly entries: readonly Entry[];
  /** Members that workflow code uses of what packages gave it; `*` for any. */
  readonly members: readonly string[];
  /** Of them, and of others, those that are used as people have read that they may be, in another place or in all. */
  readonly asRead?: readonly string[];
  /** Those of them that only loading uses: what they leave behind is a setting, and the same for all runs. */
  readonly atLoad: readonly string[];
  /** The same, by code that is no workflow code: it may change, while runs go on, what theirs relies on. */
  readonly others: { readonly entries: readonly Entry[]; readonly members: readonly string[] };
}

/** What a package does that a replay cannot repeat, or that cannot be followed. */
export interface PackageDeed {
  readonly kind: "impure" | "unknown";
  readonly family: DeedFamily | null;
  /** `crypto.getRandomValues` */
  readonly what: string;
  /** Where it does so: the last of the path. */
  readonly path: readonly PackageStep[];
}

/** By the question's entries and members: none for what is pure; null for an entry that ships no JavaScript. */
export interface Answer {
  readonly entries: readonly (readonly PackageDeed[] | null)[];
  readonly members: readonly (readonly PackageDeed[])[];
  /** The same for `asRead`. */
  readonly asRead: readonly (readonly PackageDeed[])[];
  /** State of the package that workflow code relies on, and that a use among the others changes: by the label of that use. */
  readonly settings: readonly { readonly by: string; readonly deed: PackageDeed }[];
  /** Globals that the packages ask for while they load, and that are taken for not there: the project must not set them. */
  readonly absent: readonly { readonly name: string; readonly deed: PackageDeed }[];
}

export function answer(asked: Question, files: ShippedFiles): Answer {
  const library = openLibrary(files);
  const apart = (entry: Entry): Entry => readApart(library, entry);
  const others = { ...asked.others, entries: asked.others.entries.map(apart) };
  const question: Question = { ...asked, entries: asked.entries.map(apart), others };
  const together = newWorld(library);
  const opened = question.entries.map((entry): Opened => ({ entry, module: moduleOf(library, entry) }));
  for (const { entry, module } of opened) if (module !== null) enter(together, entry, module);
  finish(together);
  const own = question.entries.map((entry, i) => {
    const module = opened[i]?.module ?? null;
    // One package alone is what all are together.
    return module === null ? null : question.entries.length === 1 ? together : alone(library, entry, module);
  });
  const before = new Set(together.findings.map(placeOf));
  const namesAsRead = question.asRead ?? [];
  const memberFindings = new Map<string, readonly Finding[]>();
  for (const name of [...question.members, ...namesAsRead]) {
    if (memberFindings.has(name)) continue;
    const world = together.fork();
    useMember(world, name, opened);
    finish(world);
    memberFindings.set(
      name,
      world.findings.filter((finding) => !before.has(placeOf(finding))),
    );
  }
  const all = together.fork();
  for (const name of memberFindings.keys()) useMember(all, name, opened);
  finish(all);

  const settings = settingsOf(library, all, question.others, opened);
  const found = [...all.findings, ...together.findings].map((each) => [placeOf(each), each] as const);
  const every = Array.from(new Map(found).values());
  const ofOne = [...own.flatMap((world) => world?.findings ?? []), ...[...memberFindings.values()].flat()];
  const known = new Set(ofOne.map(placeOf));
  const between = every.filter((finding) => !known.has(placeOf(finding)));
  const deedsBy = (name: string, findings: readonly Finding[], isRead: boolean): readonly PackageDeed[] =>
    deedsOf([...unreviewed(findings), ...(isRead ? [] : countingFor(name, findings, every))]);
  const deedsOfMember = (name: string, isRead: boolean): readonly PackageDeed[] => {
    const shared = between.filter(({ step }) => rootOf(step).name === name);
    const findings = memberFindings.get(name) ?? [];
    if (!question.atLoad.includes(name)) {
      // What an export has come to before is what its values can do.
      return deedsBy(
        name,
        [...(isRead ? [] : together.findings.filter(isForOtherUses)), ...findings, ...shared],
        isRead,
      );
    }
    return deedsOf(unreviewed([...findings.filter((finding) => !isState(finding)), ...shared]));
  };
  const absent = [together, ...own.filter((world) => world !== null)].flatMap((world) =>
    Array.from(world.absent),
  );
  return {
    settings: [...settings, ...settingsReviewed(question, every)],
    absent: Array.from(new Map(absent), ([name, place]) => {
      const [deed] = deedsOf([{ ...place, deed: { kind: "unknown", what: `globalThis.${name}` } }]);
      return { name, deed: deed! };
    }),
    entries: question.entries.map((entry, i) => {
      const world = own[i] ?? null;
      if (world === null) return null;
      const shared = between.filter(({ step }) => rootOf(step).name === labelOf(entry));
      return deedsBy(nameOf(entry), [...world.findings, ...shared], entry.asRead === true);
    }),
    members: question.members.map((name) => deedsOfMember(name, false)),
    asRead: namesAsRead.map((name) => deedsOfMember(name, true)),
  };
}

/** What an entry loads; of a package that people have read that is what they have read, made of the same source. */
function moduleOf(library: Library, { specifier, from, how }: Entry): ShippedModule | null {
  const found = library.open(specifier, from, how);
  if (found.kind !== "module") return null;
  if (how === "import" || !isReviewed(found.module)) return found.module;
  const read = library.open(specifier, from, "import");
  return read.kind === "module" ? read.module : found.module;
}

/** `groupBy` of `lodash` is what `lodash/groupBy` exports. */
function readApart(library: Library, entry: Entry): Entry {
  const [name, ...rest] = entry.names[0] === "default" ? entry.names.slice(1) : entry.names;
  const found = library.open(entry.specifier, entry.from, entry.how);
  if (name === undefined || found.kind !== "module" || !isApart(found.module, name)) return entry;
  const specifier = `${entry.specifier}/${name}`;
  if (library.open(specifier, entry.from, "require").kind !== "module") return entry;
  return { ...entry, specifier, how: "require", names: ["default", ...rest] };
}

function isState({ deed }: Finding): boolean {
  return deed.kind === "impure" && deed.family === "state";
}

function unreviewed(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => reviewOf(finding) === null);
}

/** Is it harmless only where the package is used as people have read that it may be? */
function isForOtherUses(finding: Finding): boolean {
  return reviewOf(finding)?.unless === "other uses";
}

/** What was reviewed, and counts for who uses `name`, since that is there for it; of what it comes to itself, or of all. */
function countingFor(name: string, own: readonly Finding[], every: readonly Finding[]): readonly Finding[] {
  return [
    ...own.filter(isForOtherUses),
    ...every.filter((finding) => {
      const unless = reviewOf(finding)?.unless;
      return unless !== undefined && unless !== "other uses" && unless.includes(name);
    }),
  ].map((finding) => ({ ...finding, step: { ...rootOf(finding.step), name } }));
}

/** The same of uses that are no workflow code: they change what theirs relies on. */
function settingsReviewed(
  { entries, members, others }: Question,
  findings: readonly Finding[],
): Answer["settings"] {
  const labels = new Map(others.members.map((name) => [name, name]));
  for (const entry of others.entries) labels.set(nameOf(entry), labelOf(entry));
  // Where workflow code uses them as well, it is told so there.
  for (const name of [...members, ...entries.map(nameOf)]) labels.delete(name);
  return Array.from(labels).flatMap(([name, by]) => {
    const [deed] = deedsOf(countingFor(name, [], findings));
    return deed === undefined ? [] : [{ by, deed }];
  });
}

function settingsOf(
  library: Library,
  all: World,
  others: Question["others"],
  opened: readonly Opened[],
): Answer["settings"] {
  const elsewhere = all.fork();
  for (const entry of others.entries) {
    const module = moduleOf(library, entry);
    if (module !== null) enter(elsewhere, entry, module);
  }
  for (const name of others.members) useMember(elsewhere, name, opened);
  elsewhere.settle();
  const found = new Map<string, PackageDeed>();
  for (const { change, finding } of harmfulChanges(elsewhere)) {
    const isSeen = change.binding !== null && all.used.has(change.binding);
    if (!isSeen || all.reached.has(change.fn)) continue;
    const by = rootOf(finding.step).name;
    const [deed] = deedsOf([finding]);
    if (deed !== undefined && !found.has(by)) found.set(by, deed);
  }
  return Array.from(found, ([by, deed]) => ({ by, deed }));
}

function alone(library: Library, entry: Entry, module: ShippedModule): World {
  const world = newWorld(library);
  enter(world, entry, module);
  finish(world);
  return world;
}

/** Walks to the end, and looks at what the reached functions keep. */
function finish(world: World): void {
  world.settle();
  world.findings.push(...stateFindings(world));
}

interface Opened {
  readonly entry: Entry;
  readonly module: ShippedModule | null;
}

function enter(world: World, entry: Entry, module: ShippedModule): void {
  // What is taken of it counts, member by member.
  if (isWhole(entry, module)) return;
  const root: Step = { parent: null, name: labelOf(entry), module, node: module.file };
  reachExports(world, module, entry.names, module, module.file, root);
}

/** All of a package whose exports are read one by one, `_` of lodash. */
function isWhole({ names, specifier }: Entry, module: ShippedModule): boolean {
  return specifier === module.package && names.every((name) => name === "default") && isApart(module, "*");
}

function useMember(world: World, name: string, opened: readonly Opened[]): void {
  const [first] = opened.flatMap(({ module }) => module ?? []);
  if (first === undefined) return;
  const root: Step = { parent: null, name, module: first, node: first.file };
  for (const { entry, module } of opened)
    if (module !== null && isWhole(entry, module)) usePart(world, entry, module, name);
  if (name === "*") world.openAll(root);
  else world.use(name, root);
}

/** `groupBy` of what `_` is; what it gives may have a member of that name, too, which is no export. */
function usePart(world: World, whole: Entry, module: ShippedModule, name: string): void {
  const entry = readApart(world.library, { ...whole, names: [name] });
  const part = entry.specifier === whole.specifier ? null : moduleOf(world.library, entry);
  if (part !== null) return enter(world, entry, part);
  const root: Step = { parent: null, name, module, node: module.file };
  if (name !== "*" && isApart(module, name)) return;
  const what = `${name === "*" ? "exports" : name}, which ${module.label} exports in a way that can't be followed`;
  world.find(module, module.file, { kind: "unknown", what }, root);
}

/** How the user calls the entry. */
export function labelOf(entry: Entry): string {
  const names = entry.names.filter((name) => name !== "default" && name !== "*");
  return names.length > 0 ? names.join(".") : (entry.specifier.split("/").pop() ?? entry.specifier);
}

/** What the user takes of the package: `config` of `z.config`, `now` of `lodash/now.js`. */
function nameOf({ names, specifier }: Entry): string {
  const name = names.findLast((each) => each !== "default" && each !== "*");
  return name ?? specifier.replace(/^.*\//, "").replace(/\.[cm]?js$/, "");
}

function rootOf(step: Step): Step {
  let at = step;
  while (at.parent !== null) at = at.parent;
  return at;
}

function placeOf(finding: Finding): string {
  return `${finding.module.path}:${String(finding.node.pos)}:${finding.deed.what}`;
}

/** What tells a reader most comes first: a clock rather than the log entry that it stamps. */
const ORDER: readonly (DeedFamily | null)[] = [
  "clock",
  "randomness",
  "timers",
  "io",
  "state",
  "sharedMemory",
  "dynamicCode",
  "environment",
  "logging",
  null,
];

function deedsOf(findings: readonly Finding[]): readonly PackageDeed[] {
  const rank = ({ deed }: Finding): number => ORDER.indexOf(deed.kind === "impure" ? deed.family : null);
  const far = ({ step }: Finding): number => namesTo(step).length;
  return [...findings]
    .sort((a, b) => rank(a) - rank(b) || far(a) - far(b))
    .slice(0, 20)
    .map((finding) => ({
      kind: finding.deed.kind,
      family: finding.deed.kind === "impure" ? finding.deed.family : null,
      what: finding.deed.what,
      path: pathOf(finding),
    }));
}

/** The steps that say something: not that a module has exports, nor twice the same name. */
function namesTo(step: Step): readonly Step[] {
  const steps: Step[] = [];
  for (let at: Step | null = step; at !== null; at = at.parent) {
    const before = steps[0];
    const isSilent = /^(module|exports|default)$/.test(at.name) && at.parent !== null;
    if (isSilent || before?.name === at.name) continue;
    steps.unshift(at);
  }
  return steps;
}

function pathOf(finding: Finding): readonly PackageStep[] {
  const steps = namesTo(finding.step);
  const path = steps.slice(1).map((step, i): PackageStep => {
    const from = steps[i]?.name ?? "";
    return { text: `\`${from}\` uses \`${step.name}\``, ...placed(step.module, step.node) };
  });
  const user = steps.at(-1)?.name ?? "";
  return [
    ...path,
    { text: `\`${user}\` uses ${quoted(finding.deed.what)}`, ...placed(finding.module, finding.node) },
  ];
}

function placed(module: ShippedModule, node: TS.Node): Omit<PackageStep, "text"> {
  const start = ts.isSourceFile(node) ? 0 : node.getStart(module.file);
  const { line, character } = module.file.getLineAndCharacterOfPosition(start);
  const length = ts.isSourceFile(node) ? 0 : node.end - start;
  return { fileName: module.path, file: module.label, line: line + 1, column: character + 1, start, length };
}
