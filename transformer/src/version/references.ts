/*
 * Purpose: says what a name in the code means, in terms that neither the file, its imports nor the checkout change.
 * Does not own: names that a unit declares inside of itself; those are the writer's.
 *
 * Invariant: how a thing is imported (by name, under another name, through a namespace or a re-export) makes no difference.
 */
import type { ProgramView } from "../compiler/program-view.js";
import { unwrap } from "../compiler/symbols.js";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { isIn } from "../compiler/walk-values.js";
import type { ProgramModel } from "../ir/model.js";
import { boundNames, declaredPlace, namesUnit, unitName, unitRoot } from "./unit.js";
import type { Unit } from "./unit.js";

export type Reference =
  | { readonly kind: "unit"; readonly unit: Unit; readonly binding: number | null }
  /** Declared inside the unit that refers to it, under this node. */
  | { readonly kind: "inner"; readonly declaration: TS.Node }
  | { readonly kind: "workflow"; readonly name: string }
  | { readonly kind: "continuum"; readonly name: string }
  | {
      readonly kind: "package";
      readonly specifier: string;
      readonly name: string;
      readonly from: TS.SourceFile;
    }
  | { readonly kind: "global"; readonly name: string };

type Access = TS.PropertyAccessExpression | TS.ElementAccessExpression;

export interface References {
  /** What an identifier means that stands as a value. */
  ofIdentifier(node: TS.Identifier): Reference;
  /** What `namespace.member` means where `namespace` is a module; null where it is an ordinary property. */
  ofMember(node: Access): Reference | null;
  /** {@link ofMember}, and what `object` of an ordinary `object.member` means where that is a reference. */
  ofAccess(node: Access): { readonly member: Reference | null; readonly object: Reference | null };
  /** The exports of a module that are values, by name. */
  exportsOf(module: TS.SourceFile): readonly { readonly name: string; readonly reference: Reference }[];
  unitOf(root: TS.Node): Unit;
}

export function resolveReferences(view: ProgramView, model: ProgramModel): References {
  const { checker } = view;
  const project = new Set(view.projectFiles);
  // One object for each, as long as its code stands: what is written of other units names it.
  const units = view.memory.slot("units", () => new WeakMap<TS.Node, Unit>());
  const workflows = new Map(
    [...model.workflows, ...model.linkedWorkflows].map(({ call, name }) => [unitRoot(call), name]),
  );

  const unitOf = (root: TS.Node): Unit => {
    let unit = units.get(root);
    if (unit === undefined) {
      const name = unitName(root);
      const file = root.getSourceFile();
      unit = ts.isSourceFile(root)
        ? { kind: "module", root, name, file }
        : { kind: "declaration", root, name, file };
      units.set(root, unit);
    }
    return unit;
  };

  function ofSymbol(symbol: TS.Symbol | undefined, node: TS.Identifier): Reference {
    if (symbol === undefined) return { kind: "global", name: node.text };
    if ((symbol.flags & ts.SymbolFlags.Alias) !== 0) return ofAlias(symbol, node.text, node);
    return ofDeclared(symbol, node.text, node);
  }

  /** What `symbol` means at `place`; null for anywhere else than where it is declared. */
  function ofDeclared(symbol: TS.Symbol, name: string, place: TS.Node | null): Reference {
    const declaration = projectDeclaration(symbol);
    if (declaration === undefined) return { kind: "global", name };
    if (ts.isSourceFile(declaration)) return { kind: "unit", unit: unitOf(declaration), binding: null };
    const root = unitRoot(declaration);
    if (!namesUnit(declaration, root)) {
      if (place !== null && (isIn(place, root) || isOneUnit(unitRoot(place), root)))
        return { kind: "inner", declaration };
      // A variable of a block at the top level, or what a namespace or an object is known by elsewhere.
      return { kind: "unit", unit: unitOf(root), binding: declaredPlace(declaration, root) };
    }
    const workflow = workflows.get(root);
    if (workflow !== undefined) return { kind: "workflow", name: workflow };
    const names = ts.isVariableDeclaration(root) ? boundNames(root.name) : [];
    return {
      kind: "unit",
      unit: unitOf(root),
      binding: names.length > 0 ? names.indexOf(declaration) : null,
    };
  }

  function isOneUnit(a: TS.Node, b: TS.Node): boolean {
    if (a === b) return true;
    const [name, other] = [a, b].map((root) => ts.getNameOfDeclaration(root as TS.Declaration));
    if (name === undefined || other === undefined || a.kind !== b.kind) return false;
    return checker.getSymbolAtLocation(name) === checker.getSymbolAtLocation(other);
  }

  function projectDeclaration(symbol: TS.Symbol): TS.Node | undefined {
    const { valueDeclaration, declarations } = symbol;
    if (valueDeclaration !== undefined && isProjectCode(valueDeclaration)) return valueDeclaration;
    return declarations?.find(isProjectCode);
  }

  function isProjectCode(declaration: TS.Node): boolean {
    // An overload's signature says nothing at run time.
    if (ts.isFunctionDeclaration(declaration) && declaration.body === undefined) return false;
    return ts.isSourceFile(declaration)
      ? project.has(declaration)
      : view.originOf(declaration).kind === "project";
  }

  function ofAlias(symbol: TS.Symbol, name: string, place: TS.Node | null): Reference {
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined) return { kind: "global", name };
    const from = declaration.getSourceFile();
    const specifier = moduleSpecifier(declaration);
    if (specifier !== undefined) {
      const imported = importedName(declaration);
      const module = checker.getSymbolAtLocation(specifier);
      const file = module?.declarations?.find(ts.isSourceFile);
      if (module === undefined || file === undefined || !project.has(file)) {
        return { kind: "package", specifier: packageSpecifier(specifier.text, module), name: imported, from };
      }
      if (imported === "*" || isJson(file)) return { kind: "unit", unit: unitOf(file), binding: null };
      return ofExport(module, file, imported, place);
    }
    const target = ts.isExportSpecifier(declaration)
      ? checker.getExportSpecifierLocalTargetSymbol(declaration)
      : ts.isExportAssignment(declaration)
        ? checker.getSymbolAtLocation(declaration.expression)
        : checker.getAliasedSymbol(symbol);
    if (target === undefined || target === symbol) return { kind: "global", name };
    return (target.flags & ts.SymbolFlags.Alias) !== 0
      ? ofAlias(target, name, place)
      : ofDeclared(target, name, place);
  }

  /** Node's own modules have two names each. */
  function packageSpecifier(text: string, module: TS.Symbol | undefined): string {
    const isNode = module?.declarations?.some(
      (declaration) => ts.isModuleDeclaration(declaration) && view.originOf(declaration).kind === "platform",
    );
    return isNode === true && !text.startsWith("node:") ? `node:${text}` : text;
  }

  function ofExport(module: TS.Symbol, file: TS.SourceFile, name: string, place: TS.Node | null): Reference {
    const member = checker.tryGetMemberInModuleExports(name, module);
    if (member === undefined) return { kind: "global", name };
    if ((member.flags & ts.SymbolFlags.Alias) !== 0) return ofAlias(member, name, place);
    if (projectDeclaration(member) !== undefined) return ofDeclared(member, name, place);
    const star = starExport(file, name, new Set());
    return star === null ? { kind: "global", name } : { kind: "package", ...star, name };
  }

  /** `export * from "package"` leaves no alias behind, so the specifier is looked up where it stands. */
  function starExport(
    file: TS.SourceFile,
    name: string,
    seen: Set<TS.SourceFile>,
  ): { readonly specifier: string; readonly from: TS.SourceFile } | null {
    if (seen.has(file)) return null;
    seen.add(file);
    for (const statement of file.statements) {
      if (!ts.isExportDeclaration(statement) || statement.exportClause !== undefined) continue;
      const specifier = statement.moduleSpecifier;
      if (specifier === undefined || !ts.isStringLiteral(specifier)) continue;
      const module = checker.getSymbolAtLocation(specifier);
      if (module === undefined || checker.tryGetMemberInModuleExports(name, module) === undefined) continue;
      const target = module.declarations?.find(ts.isSourceFile);
      if (target === undefined || !project.has(target))
        return { specifier: packageSpecifier(specifier.text, module), from: file };
      const found = starExport(target, name, seen);
      if (found !== null) return found;
    }
    return null;
  }

  function ofIdentifier(node: TS.Identifier): Reference {
    const authoring = view.authoringName(node);
    if (authoring !== null) return { kind: "continuum", name: authoring };
    const parent = node.parent;
    const symbol =
      ts.isShorthandPropertyAssignment(parent) && parent.name === node
        ? checker.getShorthandAssignmentValueSymbol(parent)
        : checker.getSymbolAtLocation(node);
    return ofSymbol(symbol, node);
  }

  function ofMember(node: Access): Reference | null {
    return ofAccess(node).member;
  }

  function ofAccess(node: Access): { member: Reference | null; object: Reference | null } {
    const name = staticName(node);
    const head = unwrap(node.expression);
    if (name === null || (!ts.isIdentifier(head) && !isAccess(head))) return { member: null, object: null };
    const authoring = view.authoringName(node);
    if (authoring !== null) return { member: { kind: "continuum", name: authoring }, object: null };
    const object = ts.isIdentifier(head) ? ofIdentifier(head) : ofMember(head);
    return { member: object === null ? null : memberOf(object, name, node), object };
  }

  function memberOf(object: Reference, name: string, node: Access): Reference | null {
    if (object.kind === "package" && object.name === "*") return { ...object, name };
    if (object.kind !== "unit" || object.unit.kind !== "module" || isJson(object.unit.root)) return null;
    const module = checker.getSymbolAtLocation(object.unit.root);
    return module === undefined ? null : ofExport(module, object.unit.root, name, node);
  }

  function exportsOf(
    file: TS.SourceFile,
  ): readonly { readonly name: string; readonly reference: Reference }[] {
    const module = checker.getSymbolAtLocation(file);
    if (module === undefined) return [];
    return checker
      .getExportsOfModule(module)
      .filter((member) => isValue(member))
      .map((member) => ({ name: member.name, reference: ofExport(module, file, member.name, null) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  function isValue(symbol: TS.Symbol): boolean {
    const target = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
    return (target.flags & ts.SymbolFlags.Value) !== 0;
  }

  return { ofIdentifier, ofMember, ofAccess, exportsOf, unitOf };
}

/** Is it a module of data: `prices.json`? */
export function isJson(file: TS.SourceFile): boolean {
  return file.fileName.endsWith(".json");
}

/** The name of `a.name` and `a["name"]`; null for a computed one and for a private one. */
export function staticName(node: Access): string | null {
  if (ts.isPropertyAccessExpression(node)) return ts.isIdentifier(node.name) ? node.name.text : null;
  return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : null;
}

/** What stands at the head of `head.a[b].c`. */
export function rootReference(node: TS.Expression, references: References): Reference | null {
  let at = unwrap(node);
  while (isAccess(at)) {
    const member = references.ofMember(at);
    if (member !== null) return member;
    at = unwrap(at.expression);
  }
  return ts.isIdentifier(at) ? references.ofIdentifier(at) : null;
}

function isAccess(node: TS.Node): node is Access {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

function moduleSpecifier(declaration: TS.Node): TS.StringLiteralLike | undefined {
  if (ts.isImportEqualsDeclaration(declaration)) {
    const reference = declaration.moduleReference;
    if (!ts.isExternalModuleReference(reference)) return undefined;
    return ts.isStringLiteralLike(reference.expression) ? reference.expression : undefined;
  }
  const statement = ts.findAncestor(
    declaration,
    (node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node),
  );
  const specifier = statement?.moduleSpecifier;
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier : undefined;
}

function importedName(declaration: TS.Node): string {
  if (ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration)) {
    return (declaration.propertyName ?? declaration.name).text;
  }
  return ts.isImportClause(declaration) ? "default" : "*";
}
