/*
 * Purpose: what a value may be, or be part of: a variable or class at module level, a parameter, or `this`.
 * Owns: the way of values through variables, containers, patterns and members.
 * Does not own: what calls give and hand on (value-roots-of-calls.ts), what changes a value (compiler/changes.ts), who asks (mutations.ts).
 *
 * Invariants
 *  1. Asked backwards, from the value, along a path of property names; `*` is any element of a container.
 *  2. Flow-insensitive: whatever a variable is ever given may be in it.
 *  3. What is made by a literal, a constructor or the library is new: only what was put into it can be something older.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";
import { literalKey, unwrap } from "../compiler/symbols.js";
import type { CalledFunctions } from "./called-functions.js";
import { results } from "../compiler/functions.js";
import { lacks, trappedBy } from "./calls.js";
import type { Call } from "./calls.js";
import { classOf, isBuiltIn, isSame, moduleDeclaration, ownerOfThis } from "./declared-values.js";
import { givesKept } from "./kept-by-closures.js";
import { localStores } from "./local-stores.js";
import { distinct } from "./value-root.js";
import type { Path, ValueRoot } from "./value-root.js";
import { CALLED, rootsOfCalls } from "./value-roots-of-calls.js";

export interface ValueRoots {
  /** The roots of what stands at `path` from `value`. */
  of(value: TS.Expression, path?: Path): readonly ValueRoot[];
  /** The same of what a variable, a parameter or a part of a pattern holds. */
  held(declaration: TS.Node, path: Path): readonly ValueRoot[];
  /** The roots, outside of `call`, of what it hands to the parameter `index` of a function among its arguments. */
  handedOn(call: Call, argument: number, index: number, path: Path): readonly ValueRoot[];
}

/** Deeper than this, or longer, nobody goes; what is there is new, as far as is known. */
const LONGEST_PATH = 6;

export function valueRoots(view: ProgramView, called: CalledFunctions): ValueRoots {
  const storesOf = localStores(view, called);
  const returned = view.memory.keepDetails(
    "what functions return",
    (fn: TS.FunctionLikeDeclaration, key: string): readonly ValueRoot[] => {
      const path = key === "" ? [] : key.split(".");
      const isGenerator = fn.asteriskToken !== undefined;
      if (isGenerator && path.length === 0) return [];
      return distinct(results(fn).flatMap((result) => of(result, isGenerator ? path.slice(1) : path)));
    },
    // What a recursion returns only grows.
    { cycle: { start: [], isSame: (a, b) => a.length === b.length } },
  );

  /** What a recursion would find again is found already. */
  const unlessAsked = (node: TS.Node, key: string, ask: () => readonly ValueRoot[]): readonly ValueRoot[] =>
    view.memory.unlessAsked(node, key, [], ask);

  function of(value: TS.Expression, path: Path = []): readonly ValueRoot[] {
    return unlessAsked(value, path.join("."), () => {
      const { found, visit } = search();
      visit(value, path);
      return found;
    });
  }

  function held(declaration: TS.Node, path: Path): readonly ValueRoot[] {
    return unlessAsked(declaration, path.join("."), () => {
      const { found, declared } = search();
      declared(declaration, path);
      return found;
    });
  }

  function handedOn(call: Call, argument: number, index: number, path: Path): readonly ValueRoot[] {
    return unlessAsked(call, [argument, index, ...path].join("."), () => {
      const { found, handed } = search();
      handed(call, argument, index, path);
      return found;
    });
  }

  /** One question: what was found, and what was looked at. */
  function search() {
    const found: ValueRoot[] = [];
    const seen = new Map<TS.Node, Set<string>>();
    const { result, instance, field, handed, substitute } = rootsOfCalls(
      { view, called, storesOf, returnedBy, of, handedOn },
      { found, visit, isNew },
    );

    function visit(value: TS.Expression | undefined, path: Path): void {
      if (value === undefined || path.length > LONGEST_PATH) return;
      const node = unwrap(value);
      if (!isNew(node, path)) return;
      if (path[0] === CALLED) given(node, path.slice(1));
      else if (
        node.kind === ts.SyntaxKind.ThisKeyword ||
        node.kind === ts.SyntaxKind.SuperKeyword ||
        ts.isMetaProperty(node)
      )
        self(node, path);
      else if (ts.isIdentifier(node)) name(node, path);
      else if (ts.isPropertyAccessExpression(node)) member(node, node.name.text, path);
      else if (ts.isElementAccessExpression(node))
        member(node, literalKey(view.checker, node.argumentExpression) ?? "*", path);
      else if (ts.isConditionalExpression(node)) {
        visit(node.whenTrue, path);
        visit(node.whenFalse, path);
      } else if (ts.isBinaryExpression(node)) either(node, path);
      else if (ts.isAwaitExpression(node)) visit(node.expression, path);
      else if (ts.isObjectLiteralExpression(node)) property(node, path);
      else if (ts.isArrayLiteralExpression(node)) element(node, path);
      else if (ts.isCallExpression(node)) result(node, path);
      else if (ts.isNewExpression(node)) instance(node, path);
    }

    function isNew(node: TS.Node, path: Path): boolean {
      const key = path.join(".");
      const paths = seen.get(node);
      if (paths === undefined) seen.set(node, new Set([key]));
      else if (paths.has(key)) return false;
      else paths.add(key);
      return true;
    }

    function self(node: TS.Node, path: Path): void {
      const owner = ownerOfThis(node);
      if (owner === null) return;
      if (owner.kind === "module") {
        found.push(owner);
        return;
      }
      found.push({ kind: "this", owner: owner.owner, path });
      const holder = path.length > 0 ? classOf(owner.owner) : null;
      if (holder !== null) field(holder, path, null, owner.owner);
    }

    /** What a call of `fn` gives. */
    function given(fn: TS.Expression, path: Path): void {
      for (const each of called(fn)) {
        for (const root of returnedBy(each, path)) substitute(root, each, null, null);
        if (givesKept(view, each, fn, path)) visit(fn, []);
      }
      const declaration = ts.isIdentifier(fn) ? view.symbolOf(fn)?.valueDeclaration : undefined;
      if (declaration !== undefined && ts.isParameter(declaration))
        found.push({ kind: "parameter", declaration, path: [CALLED, ...path] });
    }

    function name(node: TS.Identifier, path: Path): void {
      if (node.text === "arguments") argumentsOf(node, path);
      const symbol = view.symbolOf(node);
      if (symbol?.name === "globalThis") found.push({ kind: "built in", node });
      const declaration = symbol?.valueDeclaration;
      if (declaration === undefined) return;
      const module = moduleDeclaration(view, declaration);
      if (module !== null) found.push({ kind: "module", declaration: module });
      else if (isBuiltIn(view, declaration)) found.push({ kind: "built in", node });
      declared(declaration, path);
    }

    function argumentsOf(node: TS.Identifier, [place, ...rest]: Path): void {
      const fn = ts.findAncestor(node, (at) => ts.isFunctionLike(at) && !ts.isArrowFunction(at));
      if (fn === undefined || place === undefined) return;
      (fn as TS.FunctionLikeDeclaration).parameters.forEach((parameter, i) => {
        if (isSame(place, String(i))) declared(parameter, rest);
      });
    }

    function declared(declaration: TS.Node, path: Path): void {
      if (ts.isBindingElement(declaration)) bound(declaration, path);
      else if (ts.isParameter(declaration)) parameter(declaration, path);
      else if (ts.isVariableDeclaration(declaration)) {
        visit(declaration.initializer, path);
        const loop = declaration.parent.parent;
        if (ts.isForOfStatement(loop) && declaration.initializer === undefined)
          visit(loop.expression, ["*", ...path]);
      } else return;
      for (const store of storesOf(declaration)) {
        if (store.path.length > path.length || !store.path.every((name, i) => isSame(name, path[i])))
          continue;
        visit(store.value, [...store.within, ...path.slice(store.path.length)]);
      }
    }

    /** `{ a: [x] } = value`: what stands at `a.0` of it. */
    function bound(element: TS.BindingElement, path: Path): void {
      visit(element.initializer, path);
      const pattern = element.parent;
      let inner = path;
      if (element.dotDotDotToken !== undefined) {
        // What is gathered is new; what it holds is what was there.
        if (path.length === 0) return;
        if (ts.isArrayBindingPattern(pattern)) inner = ["*", ...path.slice(1)];
      } else if (ts.isArrayBindingPattern(pattern)) {
        inner = [String(pattern.elements.indexOf(element)), ...path];
      } else {
        const name = element.propertyName ?? element.name;
        inner = [ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : "*", ...path];
      }
      declared(pattern.parent, inner);
    }

    function parameter(declaration: TS.ParameterDeclaration, path: Path): void {
      found.push({ kind: "parameter", declaration, path });
      visit(declaration.initializer, path);
      const fn = declaration.parent;
      const trapped = trappedBy(view, fn);
      // Of what a trap is given, the target comes first; the proxy, which stands for it, comes last.
      if (trapped !== null) visit(trapped, path);
      if (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn)) return;
      let outer: TS.Node = fn;
      while (ts.isExpression(outer.parent) && unwrap(outer.parent) === fn) outer = outer.parent;
      const call = outer.parent;
      if (!ts.isCallExpression(call) && !ts.isNewExpression(call)) return;
      const argument = call.arguments?.indexOf(outer as TS.Expression) ?? -1;
      if (argument >= 0) handed(call, argument, fn.parameters.indexOf(declaration), path);
      else if (ts.isCallExpression(call)) visit(call.arguments[fn.parameters.indexOf(declaration)], path);
    }

    function member(
      node: TS.PropertyAccessExpression | TS.ElementAccessExpression,
      name: string,
      path: Path,
    ): void {
      const declaration = view.symbolOf(node)?.valueDeclaration;
      if (name === "__proto__" || (declaration !== undefined && isBuiltIn(view, declaration))) {
        found.push({ kind: "built in", node });
        return;
      }
      // `["constructor"]!: typeof Order`
      const said = name === "constructor" ? view.checker.getTypeAtLocation(node).symbol : undefined;
      const meant = said?.valueDeclaration ?? declaration;
      const module = meant === undefined ? null : moduleDeclaration(view, meant);
      if (module !== null) {
        found.push({ kind: "module", declaration: module });
        declared(module, path);
        return;
      }
      if (declaration !== undefined && ts.isGetAccessorDeclaration(declaration))
        for (const root of returnedBy(declaration, path))
          substitute(root, declaration, null, node.expression);
      visit(node.expression, [name, ...path]);
    }

    function either(node: TS.BinaryExpression, path: Path): void {
      const kind = node.operatorToken.kind;
      const isLogical =
        kind === ts.SyntaxKind.AmpersandAmpersandToken ||
        kind === ts.SyntaxKind.BarBarToken ||
        kind === ts.SyntaxKind.QuestionQuestionToken;
      const isAssignment = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
      if (isLogical || (isAssignment && kind !== ts.SyntaxKind.EqualsToken)) visit(node.left, path);
      if (isLogical || isAssignment || kind === ts.SyntaxKind.CommaToken) visit(node.right, path);
    }

    function property(node: TS.ObjectLiteralExpression, path: Path): void {
      const [name, ...rest] = path;
      if (name === undefined) return;
      // A later property hides an earlier one.
      for (const property of node.properties.toReversed()) {
        if (ts.isSpreadAssignment(property)) {
          if (!lacks(view, property.expression, name)) visit(property.expression, path);
          continue;
        }
        const own = property.name;
        const key = own === undefined || ts.isComputedPropertyName(own) ? "*" : own.text;
        if (!isSame(key, name)) continue;
        if (ts.isPropertyAssignment(property)) visit(property.initializer, rest);
        else if (ts.isShorthandPropertyAssignment(property)) visit(property.name, rest);
        else if (ts.isGetAccessorDeclaration(property))
          found.push(...returnedBy(property, rest).filter(({ kind }) => kind === "module"));
        if (key !== "*" && name !== "*") return;
      }
    }

    function element(node: TS.ArrayLiteralExpression, path: Path): void {
      const [name, ...rest] = path;
      if (name === undefined) return;
      const hasSpread = node.elements.some(ts.isSpreadElement);
      node.elements.forEach((element, i) => {
        if (ts.isSpreadElement(element)) visit(element.expression, ["*", ...rest]);
        else if (hasSpread || isSame(name, String(i))) visit(element, rest);
      });
    }

    return { found, visit, declared, handed };
  }

  const returnedBy = (fn: TS.FunctionLikeDeclaration, path: Path): readonly ValueRoot[] =>
    returned(fn, path.join("."));

  return { of, held, handedOn };
}
