/*
 * Where the program changes module-level variables and what hangs on them.
 *
 * Invariants
 *  1. A change is found by the roots of what is changed (value-roots.ts): through imports, namespaces, aliases, containers, fields,
 *     results and callbacks, and through functions of the project that change `this` or what they are given. State behind a
 *     closure is its holder's (kept-state.ts).
 *  2. What only runs while modules load makes constants (load-time.ts); all else can run later.
 */
import { isDeclaredPrimitive, plainType } from "../compiler/by-form.js";
import { CHANGING_KINDS, changedBy, isBinding, isUsedUp, maybeUsedUp } from "../compiler/changes.js";
import { gather } from "../compiler/gather.js";
import type { Said } from "../compiler/gather.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { outerParent, unwrap } from "../compiler/symbols.js";
import { isInert, isOfKind } from "../compiler/walk-values.js";
import type { Mutations, Patch } from "../ir/facts.js";
import { calledFunctions } from "./called-functions.js";
import { changedByCall } from "./changed-by-calls.js";
import type { Change, FunctionChanges, World } from "./changed-by-calls.js";
import { isBuiltIn, moduleDeclaration } from "./declared-values.js";
import { importsOf } from "./exported-uses.js";
import { hookNames } from "./hook-names.js";
import { CALLING_KINDS } from "./implicit-calls.js";
import { handedOut, keptState } from "./kept-state.js";
import { placesAtLoad } from "./load-time.js";
import { isMadeOnce } from "./made-once.js";
import { holdsMovingPattern } from "./moving-patterns.js";
import { valueRoots } from "./value-roots.js";
import type { ValueRoot } from "./value-root.js";
import type { ValueRoots } from "./value-roots.js";

/** Looks through the whole program when the first question comes. */
export function findMutations(view: ProgramView): Mutations {
  const { memory, projectFiles } = view;
  const changesIn = changesByFile(view);
  const changes = gather(memory, "changes by variable", projectFiles, (file) => changesIn(file).ofModules);
  const patches = gather(memory, "patches", projectFiles, (file) => changesIn(file).ofBuiltIns);
  const ask = (declaration: TS.Node, isLater: boolean): readonly TS.Node[] => {
    const deeds = changes(declaration).filter((deed) => deed.isLater === isLater);
    return Array.from(new Set(deeds.map(({ node }) => node)));
  };
  return {
    later: (declaration) => ask(declaration, true),
    atLoad: (declaration) => ask(declaration, false),
    patches: () => patches("anywhere"),
  };
}

/** What code changes: at module level, here or elsewhere, and of what is built in. */
interface FoundChanges {
  readonly ofModules: Said<TS.Node, Deed>;
  readonly ofBuiltIns: Said<"anywhere", Patch>;
}

/** Kept by statement: an edit concerns few of those of a file that calls what was edited. */
function changesByFile(view: ProgramView): (file: TS.SourceFile) => FoundChanges {
  const changesIn = view.memory.keep("changes in a statement", changesInStatement(view));
  return view.memory.keep(
    "changes in a file",
    (file: TS.SourceFile) => {
      const found = file.statements.map(changesIn);
      return {
        ofModules: found.flatMap(({ ofModules }) => ofModules),
        ofBuiltIns: found.flatMap(({ ofBuiltIns }) => ofBuiltIns),
      };
    },
    { madeOf: "kept parts" },
  );
}

function changesInStatement(view: ProgramView): (statement: TS.Statement) => FoundChanges {
  importsOf(view);
  const { called, ofType } = calledFunctions(view);
  const world: World = {
    ...{ view, called, ofType, names: hookNames(view), values: valueRoots(view, called) },
    changesOf: (fn) => changesOf(fn),
  };
  const within = changesWithin(world);
  const changesOf = changesOfFunctions(world, within);
  return (statement) => {
    const ofModules: [TS.Node, Deed][] = [];
    const noteDeed = (declaration: TS.Node, node: TS.Node): void => {
      const run = placesAtLoad(view, node);
      // What is bound is called later; what a variable holds is found where it is called.
      const isBound = run !== null && isBinding(node);
      if (isBound && ts.isVariableDeclaration(outerParent(node).parent)) return;
      const places = isBound ? null : run;
      if (places === null) {
        if (isMadeOnce(view, node, declaration)) return;
        ofModules.push([declaration, { node, isLater: true }]);
        return;
      }
      for (const place of places) ofModules.push([declaration, { node: place, isLater: false }]);
      const change = handedOut(view, node, called);
      if (change !== null) ofModules.push([declaration, { node: change, isLater: true }]);
    };
    const ofBuiltIns: ["anywhere", Patch][] = [];
    const note = ({ root, only }: Change, node: TS.Node): void => {
      if (root.kind === "built in") ofBuiltIns.push(["anywhere", { node, builtIn: root.node }]);
      if (root.kind !== "module") return;
      if (only === "patterns" && !holdsMovingPattern(view, root.declaration)) return;
      if (only === "iterators" && !holdsIterator(view, root.declaration)) return;
      noteDeed(root.declaration, node);
      // What is destructured is one unit, whose names are looked at one by one.
      const whole = ts.isBindingElement(root.declaration)
        ? ts.walkUpBindingElementsAndPatterns(root.declaration)
        : null;
      if (whole !== null) noteDeed(whole, node);
    };
    const noteKept = (node: TS.Node): void => {
      // One of several changes: some may be made while the module loads, and others not.
      for (const { holder, change } of keptState(view, node, called))
        ofModules.push([holder, { node: change, isLater: true }]);
    };
    const visit = (node: TS.Node): void => {
      // What stands in a function is not at module level, and keeps nothing that all could share.
      if (isInert(node) || ts.isFunctionLike(node)) return;
      noteKept(node);
      ts.forEachChild(node, visit);
    };
    visit(statement);
    for (const [node, change] of within(statement)) note(change, node);
    return { ofModules, ofBuiltIns };
  };
}

/** A change that may happen when all modules have loaded; or the place of module-level code that makes it. */
interface Deed {
  readonly node: TS.Node;
  readonly isLater: boolean;
}

const isActing = isOfKind([...CHANGING_KINDS, ...CALLING_KINDS, "TaggedTemplateExpression", "Parameter"]);

/** What `node` itself changes, and what it changes by calling functions of the project. */
function changesAt(world: World, node: TS.Node): readonly Change[] {
  if (!isActing(node)) return [];
  const { view, values } = world;
  const own = changedBy(view, node).flatMap((target) => {
    const moves = movesAt(view, target);
    if (moves === "never") return [];
    const only: Change["only"] = moves === "unknown" ? "patterns" : null;
    return changedRoots(view, values, node, target).map((root) => ({ root, only, by: null }));
  });
  const used = maybeUsedUp(view, node);
  // `([first]: Iterable<number>) => …` goes through what it is given.
  const isTakenApart = ts.isParameter(node) && ts.isArrayBindingPattern(node.name);
  const through = used !== null ? values.of(used) : isTakenApart ? values.held(node, []) : [];
  const usedUp = through.map((root) => ({ root, only: "iterators" as const, by: null }));
  return [...own, ...usedUp, ...changedByCall(world, node)];
}

/** Does a pattern keep its `lastIndex`, as far as the field says that holds it? What is no pattern is always changed. */
function movesAt(view: ProgramView, target: TS.Expression): "always" | "never" | "unknown" {
  if (!isPattern(view, target)) return "always";
  const declaration = view.symbolOf(unwrap(target))?.valueDeclaration;
  if (declaration === undefined || !ts.isPropertyDeclaration(declaration)) return "unknown";
  const isOwn = declaration.initializer !== undefined && view.originOf(declaration).kind === "project";
  if (!isOwn) return "unknown";
  return holdsMovingPattern(view, declaration) ? "always" : "never";
}

/** `const ids: Iterable<number> = list.values()` */
function holdsIterator(view: ProgramView, declaration: TS.Node): boolean {
  return (
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    isUsedUp(view, declaration.initializer) === "always"
  );
}

function isPattern(view: ProgramView, target: TS.Expression): boolean {
  if (isDeclaredPrimitive(view, target)) return false;
  return view.isGlobal(plainType(view, target).symbol, "RegExp");
}

/** The roots of what `node` changes at `target`: of the object whose place is written, or of the value that a method changes. */
function changedRoots(
  view: ProgramView,
  values: ValueRoots,
  node: TS.Node,
  target: TS.Expression,
): readonly ValueRoot[] {
  const place = unwrap(target);
  const isWritten = isWriting(node) && !isGoneThrough(node, target);
  const declaration = view.symbolOf(place)?.valueDeclaration;
  const module = declaration === undefined ? null : moduleDeclaration(view, declaration);
  if (module !== null && (isWritten || ts.isIdentifier(place)))
    return [{ kind: "module", declaration: module }, ...(isWritten ? [] : values.of(place))];
  if (isWritten && declaration !== undefined && isBuiltIn(view, declaration))
    return [{ kind: "built in", node: place }];
  if (!isWritten) return values.of(place);
  if (!ts.isPropertyAccessExpression(place) && !ts.isElementAccessExpression(place)) return [];
  return values.of(place.expression);
}

/** Of what else `node` changes, the value itself is changed. */
function isWriting(node: TS.Node): boolean {
  return (
    ts.isBinaryExpression(node) ||
    ts.isPrefixUnaryExpression(node) ||
    ts.isPostfixUnaryExpression(node) ||
    ts.isDeleteExpression(node) ||
    ts.isForOfStatement(node) ||
    ts.isForInStatement(node)
  );
}

/** `for (const id of ids)`, `[first] = ids` */
function isGoneThrough(node: TS.Node, target: TS.Expression): boolean {
  if (ts.isForOfStatement(node)) return node.expression === target;
  return ts.isBinaryExpression(node) && node.right === target;
}

type ChangeAt = readonly [node: TS.Node, change: Change];

/** What a piece of code changes, node by node; that of the functions in it was found where these were asked for. */
type ChangesWithin = (root: TS.Node) => readonly ChangeAt[];

function changesWithin(world: World): ChangesWithin {
  const visitor = (found: ChangeAt[]): ((node: TS.Node) => void) => {
    const visit = (node: TS.Node): void => {
      if (isInert(node)) return;
      for (const change of changesAt(world, node)) found.push([node, change]);
      if (ts.isFunctionLike(node)) found.push(...inFunction(node));
      else ts.forEachChild(node, visit);
    };
    return visit;
  };
  const inFunction = world.view.memory.keep(
    "changes in a function",
    (fn: TS.Node): readonly ChangeAt[] => {
      const found: ChangeAt[] = [];
      ts.forEachChild(fn, visitor(found));
      return found;
    },
    // What a recursion changes only grows.
    { cycle: { start: [], isSame: (a, b) => a.length === b.length } },
  );
  return (root) => {
    if (ts.isFunctionLike(root)) return inFunction(root);
    const found: ChangeAt[] = [];
    visitor(found)(root);
    return found;
  };
}

function changesOfFunctions(world: World, within: ChangesWithin): World["changesOf"] {
  return world.view.memory.keep(
    "what functions change",
    (fn: TS.FunctionLikeDeclaration): FunctionChanges => {
      const changes = new Map<string, FunctionChanges[number]>();
      for (const [, { root, only, by }] of within(fn)) {
        if (root.kind === "module" || root.kind === "built in") continue;
        if ((root.kind === "this" ? root.owner : root.declaration.parent) !== fn) continue;
        const place = root.kind === "this" ? "this" : String(root.declaration.pos);
        const how = by === null ? "" : `${by.name} ${by.fn.getSourceFile().fileName} ${String(by.fn.pos)}`;
        changes.set([place, String(only), how, ...root.path].join("."), { root, only, by });
      }
      return [...changes.values()];
    },
    { cycle: { start: [], isSame: (a, b) => a.length === b.length } },
  );
}
