/*
 * The names under which the project's code has getters, setters and methods that the language calls by itself. To ask the checker of each
 * property, template and loop what runs there takes long, and few programs have such a member that changes anything.
 */
import { publishOne } from "../compiler/gather.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { membersOf, partsOfFile } from "../compiler/parts-of-file.js";
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";

export interface HookNames {
  /** Can a property of this name be a getter of the project? */
  mayBeGetter(name: string): boolean;
  mayBeSetter(name: string): boolean;
  mayHaveGetters(): boolean;
  /** Has the project a method of this name that the language calls: `toString`, `@@iterator`? */
  hasMethod(name: string): boolean;
  /** Can a property of this name hold an arrow function of a class, which has its `this` wherever it goes? */
  mayBeFieldFunction(name: string): boolean;
  /** Of all setters that have one. */
  setters(): readonly string[];
}

/** What the language calls by a name; methods named by a symbol begin with `@@`. */
const METHODS: ReadonlySet<string> = new Set("toString valueOf toJSON next return then".split(" "));
const COMPUTED = "*";

const known = new WeakMap<ProgramView, HookNames>();

export function hookNames(view: ProgramView): HookNames {
  let names = known.get(view);
  if (names === undefined) known.set(view, (names = newHookNames(view)));
  return names;
}

function newHookNames(view: ProgramView): HookNames {
  const { memory, projectFiles } = view;
  const namesIn = memory.keep("names of hooks in a file", hooksIn);
  const names = publishOne(
    memory,
    "names of hooks",
    () => new Set(projectFiles.flatMap(namesIn)),
    (a, b) => a.size === b.size && Array.from(a).every((name) => b.has(name)),
  );
  const has = (kind: "get" | "set", name: string): boolean => {
    const all = names();
    return all.has(`${kind} ${name}`) || all.has(`${kind} ${COMPUTED}`);
  };
  return {
    mayBeGetter: (name) => has("get", name),
    mayBeSetter: (name) => has("set", name),
    mayHaveGetters: () => Array.from(names()).some((name) => name.startsWith("get ")),
    hasMethod: (name) => names().has(name),
    mayBeFieldFunction: (name) => names().has(`field ${name}`),
    setters: () =>
      Array.from(names())
        .filter((name) => name.startsWith("set ") && name !== `set ${COMPUTED}`)
        .map((name) => name.slice("set ".length)),
  };
}

/** The name of a member; `@@iterator` for `[Symbol.iterator]`, null for any other that is computed. */
export function memberName(name: TS.PropertyName): string | null {
  if (!ts.isComputedPropertyName(name)) return name.text;
  const key = name.expression;
  if (ts.isStringLiteralLike(key)) return key.text;
  return ts.isPropertyAccessExpression(key) &&
    ts.isIdentifier(key.expression) &&
    key.expression.text === "Symbol"
    ? `@@${key.name.text}`
    : null;
}

function isArrow(value: TS.Expression): boolean {
  return ts.isArrowFunction(unwrap(value));
}

function hooksIn(file: TS.SourceFile): readonly string[] {
  const found: string[] = [];
  for (const member of partsOfFile(file).holders.flatMap(membersOf)) {
    const name = member.name === undefined ? null : memberName(member.name);
    if (ts.isGetAccessorDeclaration(member)) found.push(`get ${name ?? COMPUTED}`);
    else if (ts.isSetAccessorDeclaration(member)) found.push(`set ${name ?? COMPUTED}`);
    else if (
      ts.isPropertyDeclaration(member) &&
      member.initializer !== undefined &&
      isArrow(member.initializer)
    )
      found.push(`field ${name ?? COMPUTED}`);
    else if (name !== null && (METHODS.has(name) || name.startsWith("@@"))) found.push(name);
  }
  return found;
}
