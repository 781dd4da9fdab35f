/*
 * Purpose: everything of the packages' code that a use can run, found by names in a closed world.
 * Owns: which functions are reached, from where; which members are live; what they name of the platform.
 * Does not own: how an expression is walked (walk.ts), whether changed state is harmless (state.ts).
 *
 * Invariants
 *  1. A function runs only if reached code names it: by an identifier, or by the name of a member under which reached code has
 *     stored it. Which object a member belongs to is not asked.
 *  2. What loads a module runs once, before any workflow. Of it counts what the reached values are made of.
 *  3. What cannot be followed is noted as unknown; nothing is dropped in silence.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { Binding } from "./lexical.js";
import type { Library } from "./library.js";
import type { Deed } from "./platform.js";
import type { ShippedModule } from "./shipped-module.js";

/** How reached code was come to: the node that names it, and what it is called. */
export interface Step {
  readonly parent: Step | null;
  readonly name: string;
  readonly module: ShippedModule;
  readonly node: TS.Node;
}

export interface Finding {
  readonly deed: Deed;
  readonly module: ShippedModule;
  readonly node: TS.Node;
  /** The function in which it stands, with how it was come to. */
  readonly step: Step;
}

/** A function or value that is stored under a name, and runs when that name is used. */
interface Stored {
  readonly owner: unknown;
  readonly run: (world: World, step: Step) => void;
}

/** Told of a call that loading makes of a function. */
export type LoadWatcher = (world: World, caller: ShippedModule, call: TS.CallExpression) => void;

export interface World {
  readonly library: Library;
  readonly findings: Finding[];
  /** Functions whose calls are workflow code, with how they were reached. */
  readonly reached: Map<TS.Node, Step>;
  /** Values that loading made and that are used later; nodes, bindings. */
  readonly used: Set<unknown>;
  /** Those that the user names: variables behind the exports that were asked for. */
  readonly exposed: Set<Binding>;
  /** Functions of other modules that loading calls. */
  readonly loadRun: Set<TS.Node>;
  /** Arguments of calls while loading, by the function's parameters. */
  readonly loadCalls: Map<TS.Node, { readonly module: ShippedModule; readonly call: TS.CallExpression }[]>;
  /** Globals that loading asks for, and that no file of the package sets: taken for not there. */
  readonly absent: Map<string, Pick<Finding, "module" | "node" | "step">>;
  /** Who wants to know of each such call, also of those that are found later. */
  readonly loadWatchers: Map<TS.Node, readonly LoadWatcher[]>;
  readonly moduleOf: Map<TS.SourceFile, ShippedModule>;
  find(module: ShippedModule, node: TS.Node, deed: Deed, step: Step): void;
  /** Runs `run` when the member `name` is used; at once where it is in use. */
  store(name: string, stored: Stored, step: Step): void;
  use(name: string, step: Step): void;
  isUsed(name: string): boolean;
  /** Has reached code stored anything under that name? */
  isStored(name: string): boolean;
  /** Any member of `owner` may be meant. */
  open(owner: unknown, step: Step): void;
  /** Any member of anything may be meant. */
  openAll(step: Step): void;
  /** Puts off work, so that deep chains of calls need no deep stack. */
  later(work: () => void): void;
  /** Work that asks what is reached: put off until nothing else is left. */
  lastly(work: () => void): void;
  settle(): void;
  /** A world that goes on from this one, which it leaves as it is. */
  fork(): World;
}

/** What JavaScript calls by itself: coercion, iteration, serialising. */
const HOOKS = new Set("toString valueOf toJSON then next return throw constructor".split(" "));
/** What it calls of object literals: traps of proxies, descriptors of properties. */
const LITERAL_HOOKS = new Set(
  `get set has apply construct deleteProperty ownKeys getPrototypeOf setPrototypeOf defineProperty getOwnPropertyDescriptor value`.split(
    /\s+/,
  ),
);

function isHook(name: string, owner: unknown): boolean {
  if (HOOKS.has(name)) return true;
  return LITERAL_HOOKS.has(name) && isNode(owner) && ts.isObjectLiteralExpression(owner);
}

function isNode(value: unknown): value is TS.Node {
  return typeof value === "object" && value !== null && "kind" in value && "pos" in value;
}

export function newWorld(
  library: Library,
  base: World | null = null,
  inherited: Inherited | null = null,
): World {
  const findings: Finding[] = [];
  const reached = new Map(base?.reached ?? []);
  const used = new Set(base?.used ?? []);
  const exposed = new Set(base?.exposed ?? []);
  const loadRun = new Set(base?.loadRun ?? []);
  const loadCalls = new Map(base?.loadCalls ?? []);
  const loadWatchers = new Map(base?.loadWatchers ?? []);
  const absent = base?.absent ?? new Map<string, Pick<Finding, "module" | "node" | "step">>();
  const moduleOf = base?.moduleOf ?? new Map<TS.SourceFile, ShippedModule>();
  const accessed = new Map<string, Step>(inherited?.accessed ?? []);
  const opened = new Map<unknown, Step>(inherited?.opened ?? []);
  const stored = new Map<string, Stored[]>(
    Array.from(inherited?.stored ?? [], ([name, list]) => [name, [...list]]),
  );
  const seen = new Set<string>();
  const queue: (() => void)[] = [];
  const last: (() => void)[] = [];
  const storedNames = new Set(inherited?.storedNames ?? []);
  let all: Step | null = inherited?.all ?? null;

  const world: World = {
    library,
    findings,
    reached,
    used,
    exposed,
    loadRun,
    loadCalls,
    loadWatchers,
    absent,
    moduleOf,
    find(module, node, deed, step) {
      const key = `${module.path}:${String(node.pos)}:${deed.what}`;
      if (seen.has(key)) return;
      seen.add(key);
      findings.push({ module, node, deed, step });
    },
    store(name, entry, step) {
      storedNames.add(name);
      const by = isHook(name, entry.owner) ? step : (accessed.get(name) ?? opened.get(entry.owner) ?? all);
      if (by !== null && by !== undefined) {
        queue.push(() => entry.run(world, by));
        return;
      }
      const list = stored.get(name);
      if (list === undefined) stored.set(name, [entry]);
      else list.push(entry);
    },
    use(name, step) {
      if (accessed.has(name)) return;
      accessed.set(name, step);
      for (const entry of stored.get(name) ?? []) queue.push(() => entry.run(world, step));
      stored.delete(name);
    },
    isUsed: (name) => accessed.has(name) || all !== null,
    isStored: (name) => storedNames.has(name),
    open(owner, step) {
      if (opened.has(owner)) return;
      opened.set(owner, step);
      for (const list of stored.values())
        for (const entry of list) if (entry.owner === owner) queue.push(() => entry.run(world, step));
    },
    openAll(step) {
      if (all !== null) return;
      all = step;
      for (const list of stored.values()) for (const entry of list) queue.push(() => entry.run(world, step));
      stored.clear();
    },
    later: (work) => void queue.push(work),
    lastly: (work) => void last.push(work),
    settle() {
      do {
        for (let i = 0; i < queue.length; i++) queue[i]?.();
        queue.length = 0;
        last.shift()?.();
      } while (queue.length > 0 || last.length > 0);
    },
    fork: () => newWorld(library, world, { accessed, opened, stored, storedNames, all }),
  };
  return world;
}

interface Inherited {
  readonly accessed: ReadonlyMap<string, Step>;
  readonly opened: ReadonlyMap<unknown, Step>;
  readonly stored: ReadonlyMap<string, readonly Stored[]>;
  readonly storedNames: ReadonlySet<string>;
  readonly all: Step | null;
}

/** One more step on the way: `name` is what is come to, `node` where it is named. */
export function stepTo(parent: Step, name: string, module: ShippedModule, node: TS.Node): Step {
  return { parent, name, module, node };
}

/** What a step is called in messages: the name under which the code is known. */
export function nameOfCode(node: TS.Node): string | null {
  if (
    (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isClassLike(node)) &&
    node.name !== undefined
  )
    return node.name.text;
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return node.name.getText();
  const parent = node.parent;
  if (ts.isConstructorDeclaration(node)) return nameOfCode(parent);
  if (ts.isVariableDeclaration(parent)) return parent.name.getText();
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.name.getText();
  if (ts.isBinaryExpression(parent)) return parent.left.getText().replace(/\s+/g, " ");
  return null;
}
