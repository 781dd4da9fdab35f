/*
 * Purpose: writes the canonical text of units, one at a time.
 * Owns: the text so far, the numbers of local names and of other units, the place of the function being written.
 * Does not own: what the forms of the language are written as (write-*.ts).
 *
 * What writes is made once for all units of a program, since there are thousands; what is written of each is a draft of its own.
 */
import { sha256 } from "../compiler/sha256.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { Unit } from "./unit.js";
import { writeClass, writeEnum } from "./write-classes.js";
import { writeExpression } from "./write-expressions.js";
import { writeFunction, writeModifiers, writePropertyName } from "./write-functions.js";
import { writeBindingName, writeStatement } from "./write-statements.js";
import type { PlacedEffect, Reach, Writing, WritingContext, WrittenUnit } from "./writing.js";

interface Draft {
  readonly reach: Reach;
  readonly words: string[];
  readonly references: Map<Unit, number>;
  readonly locals: Map<TS.Node, number>;
  readonly labels: string[];
  readonly placed: PlacedEffect[];
  readonly functionNames: string[];
  readonly constants: Map<string, string>;
  readonly packages: Map<string, Set<TS.SourceFile>>;
  readsFunctionNames: boolean;
  /** Where the function that is written stands: the number of each function around it. */
  readonly place: number[];
  /** How many functions it has had so far. */
  inner: number;
}

/** Writes what `parts` writes as one unit. */
export type Write = (reach: Reach, parts: (w: Writing) => void) => WrittenUnit;

export function writerOf({ view, references, initialisers, effects, unscheduled }: WritingContext): Write {
  let draft!: Draft;
  // A program has few texts, and many places for them.
  const quoted = new Map<string, string>();
  const w: Writing = {
    ...{ view, references, initialisers, effects, unscheduled },
    get reach() {
      return draft.reach;
    },
    get labels() {
      return draft.labels;
    },
    reference(unit, binding) {
      const number = numberIn(draft.references, unit);
      draft.words.push(binding === null ? `@${String(number)}` : `@${String(number)}.${String(binding)}`);
    },
    usePackage(specifier, from) {
      const users = draft.packages.get(specifier) ?? new Set();
      draft.packages.set(specifier, users.add(from));
    },
    functionName: (name) => void draft.functionNames.push(name),
    readFunctionName() {
      draft.readsFunctionNames = true;
    },
    constant: (name, value) => void draft.constants.set(name, value),
    effect: (effect) => void draft.placed.push({ effect, place: draft.place.join(".") }),
    form(tag, inside) {
      draft.words.push(`(${tag}`);
      inside?.();
      draft.words.push(")");
    },
    word: (word) => void draft.words.push(word),
    text(text) {
      let written = quoted.get(text);
      if (written === undefined) quoted.set(text, (written = JSON.stringify(text)));
      draft.words.push(written);
    },
    local: (declaration) => void draft.words.push(`$${String(numberIn(draft.locals, declaration))}`),
    declared(name) {
      const symbol = view.checker.getSymbolAtLocation(name);
      const { valueDeclaration } = symbol ?? {};
      // As references.ts has it: an overload's signature says nothing at run time.
      const isCode = (each: TS.Node): boolean => !ts.isFunctionDeclaration(each) || each.body !== undefined;
      w.local(
        valueDeclaration !== undefined && isCode(valueDeclaration)
          ? valueDeclaration
          : (symbol?.declarations?.find(isCode) ?? name),
      );
    },
    optional(node, writePresent) {
      if (node === undefined) draft.words.push("-");
      else writePresent(node);
    },
    inFunction(inside) {
      draft.place.push(draft.inner);
      draft.inner = 0;
      inside();
      draft.inner = (draft.place.pop() ?? 0) + 1;
    },
    expression: (node) => writeExpression(w, node),
    statements: (nodes) => nodes.forEach(w.statement),
    statement: (node) => writeStatement(w, node),
    bindingName: (name) => writeBindingName(w, name),
    functionLike: (node) => writeFunction(w, node),
    classLike: (node, name) => writeClass(w, node, name),
    enumMembers: (node) => writeEnum(w, node),
    propertyName: (name) => writePropertyName(w, name),
    modifiers: (node) => writeModifiers(w, node),
  };
  return (reach, parts) => {
    const outer = draft;
    const own = (draft = emptyDraft(reach));
    try {
      parts(w);
    } finally {
      draft = outer;
    }
    const { placed, functionNames, readsFunctionNames, constants, packages } = own;
    return {
      form: sha256(own.words.join(" ")),
      references: Array.from(own.references.keys()),
      ...{ placed, functionNames, readsFunctionNames, constants, packages },
    };
  };
}

function emptyDraft(reach: Reach): Draft {
  return {
    reach,
    words: [],
    references: new Map(),
    locals: new Map(),
    labels: [],
    placed: [],
    functionNames: [],
    constants: new Map(),
    packages: new Map(),
    readsFunctionNames: false,
    place: [],
    inner: 0,
  };
}

function numberIn<K>(numbers: Map<K, number>, key: K): number {
  let number = numbers.get(key);
  if (number === undefined) numbers.set(key, (number = numbers.size));
  return number;
}
