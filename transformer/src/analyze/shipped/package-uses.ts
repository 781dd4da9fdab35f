/*
 * Purpose: the uses of packages in workflow code: gathered while the analysis walks, answered when all are known, since what a
 * package does depends on everything that is used of it.
 * Owns: which expressions are such uses, and the mistakes that are reported of them.
 * Does not own: what the package's code does (verdict.ts).
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { ProgramView } from "../../compiler/program-view.js";
import { literalKey, outerParent } from "../../compiler/symbols.js";
import type { PathStep } from "../../ir/model.js";
import type { Problem } from "../../ir/problem.js";
import type { Judgement } from "../judge.js";
import { nothingKnown } from "../rules/unknown-api.js";
import { returnsForeignPromise } from "../rules/foreign-promise.js";
import type { Trust } from "../trust.js";
import { entryOf, exportedName, packageName } from "./import-path.js";
import { isDeclaredBy, isUsedAsRead } from "./reviewed-uses.js";
import { describeDeed } from "./say-deed.js";
import { usesElsewhere } from "./uses-elsewhere.js";
import type { Answer, Entry, PackageDeed, Question } from "./verdict.js";

type Unknown = Extract<Judgement, { readonly kind: "unknown" }>;

/** What workflow code uses of a package. */
export type PackageUse = EntryUse | MemberUse;

interface EntryUse {
  readonly kind: "entry";
  readonly unknown: Unknown;
  readonly entry: Entry;
  readonly key: string;
  /** The name under which the user would vouch for it. */
  readonly trusted: string;
}

interface MemberUse {
  readonly kind: "member";
  readonly name: string;
  readonly package: string;
  readonly node: TS.Node;
  /** Is it used as people have read that it may be? */
  readonly asRead: boolean;
}

type Placed<Use> = Use & { readonly path: readonly PathStep[] };

/** A use, and how workflow code comes to it. */
export interface PlacedUse {
  readonly use: PackageUse;
  readonly path: readonly PathStep[];
}

/** What a node of workflow code uses of a package; of an entry, `judgement` is answered with it, and by no rule. */
export function packageUseAt(
  view: ProgramView,
  trust: Trust,
  node: TS.Node,
  judgement: Judgement | null,
): PackageUse | null {
  if (judgement?.kind === "unknown" && judgement.package !== null) return entryUse(view, judgement);
  const member = judgement === null ? packageMember(view, node) : null;
  if (member === null || trust(member.package, member.name)) return null;
  const asRead = isUsedAsRead(view, node, member.package, [member.name]);
  return { kind: "member", ...member, node, asRead };
}

function entryUse(view: ProgramView, unknown: Unknown): EntryUse | null {
  const { parent, child } = outerParent(unknown.node);
  // A promise that comes out of a package is refused as such.
  if (ts.isCallExpression(parent) && parent.expression === child && returnsForeignPromise(view, parent))
    return null;
  const found = entryOf(view, unknown.node);
  if (found === null) return null;
  const asRead = isUsedAsRead(view, unknown.node, packageName(found.specifier), found.names);
  const entry: Entry = asRead ? { ...found, asRead: true } : found;
  const key = JSON.stringify([entry.specifier, folderOf(entry.from), entry.how, entry.names, asRead]);
  const symbol = view.symbolOf(unknown.node);
  const trusted = symbol === undefined ? unknown.what : exportedName(view, unknown.node, symbol);
  return { kind: "entry", unknown, entry, key, trusted };
}

/** What the packages' code does that workflow code must not. */
export function packageProblems(
  view: ProgramView,
  uses: readonly PlacedUse[],
  ask: (question: Question) => Answer,
): readonly Problem[] {
  const placed = uses.map(({ use, path }): Placed<PackageUse> => ({ ...use, path }));
  const entryUses = placed.filter((use) => use.kind === "entry");
  const memberUses = placed.filter((use) => use.kind === "member");
  const entries = new Map<string, Entry>();
  for (const { key, entry } of entryUses) if (!entries.has(key)) entries.set(key, entry);
  const homes = new Set(Array.from(entries.values(), ({ specifier }) => packageName(specifier)));
  return Array.from(homes)
    .sort()
    .flatMap((home) => {
      const keys = Array.from(entries.keys())
        .filter((key) => packageName(entries.get(key)!.specifier) === home)
        .sort();
      // Members of a package that is not used itself are those of what it depends on, or shares its types with.
      const used = memberUses.filter((use) => use.package === home || !homes.has(use.package));
      const namesOf = (uses: typeof used): readonly string[] =>
        Array.from(new Set(uses.map(({ name }) => name))).sort();
      // Of what is another package's, nobody's word is needed that it is not used for what this one can do.
      const isRead = (use: MemberUse): boolean => use.asRead || !isDeclaredBy(home, use.package);
      const members = namesOf(used.filter((use) => !isRead(use)));
      const asRead = namesOf(used.filter(isRead));
      const others = usesElsewhere(view, home, (at) => packageOf(view, at) === home);
      const atLoad = namesOf(used).filter((member) =>
        used.every(({ name, node }) => name !== member || isAtLoad(node)),
      );
      const question = { entries: keys.map((key) => entries.get(key)!), members, atLoad, others };
      const answer = ask(asRead.length === 0 ? question : { ...question, asRead });
      const first = entryUses.find(({ key }) => keys.includes(key));
      const present = answer.absent
        .filter(({ name }) => view.projectFiles.some(({ text }) => text.includes(name)))
        .map(({ deed }) => deed);
      return [
        ...answer.settings.flatMap(({ by, deed }) => {
          const at = others.nodes.get(by);
          return first === undefined || at === undefined ? [] : [ofSetting(first, by, deed, at)];
        }),
        ...entryUses
          .filter(({ key }) => keys.includes(key))
          .flatMap((use) => {
            const deeds = answer.entries[keys.indexOf(use.key)] ?? null;
            return ofEntry(use, deeds === null ? null : [...deeds, ...present]);
          }),
        ...used.flatMap((use) => {
          const [deeds, names] = isRead(use) ? [answer.asRead, asRead] : [answer.members, members];
          return ofMember(use, deeds[names.indexOf(use.name)] ?? []);
        }),
      ];
    });
}

/** Does it run once, when its module loads? */
function isAtLoad(node: TS.Node): boolean {
  const around = (at: TS.Node): boolean => ts.isFunctionLike(at) || ts.isPropertyDeclaration(at);
  return ts.findAncestor(node, around) === undefined;
}

/** What the rest of the program changes while runs go on; the change is what has to go. */
function ofSetting(
  { unknown, path }: Placed<EntryUse>,
  by: string,
  deed: PackageDeed,
  node: TS.Node,
): Problem {
  const place = deed.path.at(-1);
  return {
    code: "CTM2041",
    node,
    path,
    message: `\`${by}\` of the package "${unknown.package ?? ""}" changes \`${deed.what}\` (${place?.file ?? ""}:${String(place?.line ?? 0)}) while runs go on, and workflow code relies on it.`,
    hint: "Call it once, at the top level of a module; or call what relies on it in an activity(…).",
    related: { text: `workflow code uses \`${unknown.node.getText()}\` here`, node: unknown.node },
    packagePath: deed.path,
  };
}

function ofEntry(
  { unknown, path, trusted }: Placed<EntryUse>,
  deeds: readonly PackageDeed[] | null,
): readonly Problem[] {
  const { node } = unknown;
  if (deeds === null) return [{ code: "CTM2010", node, path, ...nothingKnown(unknown, trusted) }];
  const name = node.getText().replace(/\s+/g, " ");
  return describeDeed(deeds, name, unknown.package ?? "", trusted).map((said) => ({
    ...said,
    node,
    path,
  }));
}

function ofMember(use: Placed<MemberUse>, deeds: readonly PackageDeed[]): readonly Problem[] {
  const name = use.node.getText().replace(/\s+/g, " ");
  return describeDeed(deeds, name.length > 60 ? `….${use.name}` : name, use.package, use.name).map(
    (said) => ({
      ...said,
      node: use.node,
      path: use.path,
    }),
  );
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** The member of a value of a package's type that `node` uses; `*` for one that is computed. */
function packageMember(
  view: ProgramView,
  node: TS.Node,
): { readonly name: string; readonly package: string } | null {
  if (ts.isElementAccessExpression(node) && literalKey(view.checker, node.argumentExpression) === null) {
    const type = view.checker.getTypeAtLocation(node.expression);
    const key = view.checker.getTypeAtLocation(node.argumentExpression);
    if ((key.flags & ts.TypeFlags.NumberLike) !== 0 || isDictionary(type)) return null;
    const home = packageOf(view, (type.symbol as TS.Symbol | undefined)?.declarations?.[0]);
    return home === null ? null : { name: "*", package: home };
  }
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const symbol = view.symbolOf(node);
    const home = packageOf(view, symbol?.declarations?.[0]);
    return home === null || symbol === undefined ? null : { name: symbol.name, package: home };
  }
  if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent)) return null;
  const name = node.propertyName ?? node.name;
  if (!ts.isIdentifier(name) && !ts.isStringLiteral(name)) return null;
  const property = view.checker.getPropertyOfType(view.checker.getTypeAtLocation(node.parent), name.text);
  const home = packageOf(view, property?.declarations?.[0]);
  return home === null ? null : { name: name.text, package: home };
}

/** `Dictionary<Order[]>`: what it holds are entries, and no methods. */
function isDictionary(type: TS.Type): boolean {
  const held = type.getStringIndexType();
  return held !== undefined && type.getProperties().length === 0 && held.getCallSignatures().length === 0;
}

function packageOf(view: ProgramView, declaration: TS.Node | undefined): string | null {
  if (declaration === undefined) return null;
  const origin = view.originOf(declaration);
  return origin.kind === "package" ? codeOf(origin.name) : null;
}

/** The package whose code the declarations of `@types/…` describe. */
function codeOf(name: string): string {
  return name.replace(/^@types\/(?:(.+?)__)?/, (_, scope: string | undefined) =>
    scope === undefined ? "" : `@${scope}/`,
  );
}
