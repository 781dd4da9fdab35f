import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import { reachMember } from "./write-expressions.js";
import type { Writing } from "./writing.js";

/** Writes a statement; what leaves no trace at run time (types, `declare`, empty statements) writes nothing. */
export function writeStatement(w: Writing, node: TS.Statement): void {
  if (isErased(node)) return;
  if (ts.isBlock(node)) {
    w.form("block", () => w.statements(node.statements));
  } else if (ts.isExpressionStatement(node)) {
    w.form("do", () => w.expression(node.expression));
  } else if (ts.isVariableStatement(node)) {
    writeVariables(w, node.declarationList);
  } else if (ts.isReturnStatement(node)) {
    w.form("return", () => w.optional(node.expression, w.expression));
  } else if (ts.isIfStatement(node)) {
    w.form("if", () => {
      w.expression(node.expression);
      writeBody(w, node.thenStatement);
      w.optional(node.elseStatement, (branch) => writeBody(w, branch));
    });
  } else if (ts.isThrowStatement(node)) {
    w.form("throw", () => w.expression(node.expression));
  } else if (ts.isTryStatement(node)) {
    w.form("try", () => {
      w.statement(node.tryBlock);
      w.optional(node.catchClause, (clause) => {
        w.form("catch", () => {
          w.optional(clause.variableDeclaration, (variable) => w.bindingName(variable.name));
          w.statement(clause.block);
        });
      });
      w.optional(node.finallyBlock, w.statement);
    });
  } else if (ts.isSwitchStatement(node)) {
    w.form("switch", () => {
      w.expression(node.expression);
      for (const clause of node.caseBlock.clauses) {
        w.form(ts.isCaseClause(clause) ? "case" : "default", () => {
          if (ts.isCaseClause(clause)) w.expression(clause.expression);
          w.statements(clause.statements);
        });
      }
    });
  } else if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) {
    w.form(ts.isBreakStatement(node) ? "break" : "continue", () => {
      if (node.label !== undefined) w.word(String(w.labels.lastIndexOf(node.label.text)));
    });
  } else if (ts.isLabeledStatement(node)) {
    w.form("label", () => {
      w.labels.push(node.label.text);
      w.statement(node.statement);
      w.labels.pop();
    });
  } else if (ts.isFunctionDeclaration(node)) {
    w.form("declare", () => {
      if (node.name !== undefined) w.declared(node.name);
      w.functionLike(node);
    });
  } else if (ts.isClassDeclaration(node)) {
    w.form("declare", () => {
      if (node.name !== undefined) w.declared(node.name);
      w.classLike(node, node.name?.text ?? null);
    });
  } else if (ts.isEnumDeclaration(node)) {
    w.form("declare", () => {
      w.declared(node.name);
      w.enumMembers(node);
    });
  } else if (ts.isModuleDeclaration(node)) {
    writeNamespace(w, node);
  } else if (ts.isExportAssignment(node)) {
    w.expression(node.expression);
  } else if (ts.isDebuggerStatement(node)) {
    w.form("debugger");
  } else {
    writeLoop(w, node);
  }
}

function writeLoop(w: Writing, node: TS.Statement): void {
  if (ts.isForStatement(node)) {
    w.form("for", () => {
      w.optional(node.initializer, (initializer) => writeInitializer(w, initializer));
      w.optional(node.condition, w.expression);
      w.optional(node.incrementor, w.expression);
      writeBody(w, node.statement);
    });
  } else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    const awaits = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
    w.form(ts.isForInStatement(node) ? "for-in" : awaits ? "for-await" : "for-of", () => {
      writeInitializer(w, node.initializer);
      w.expression(node.expression);
      writeBody(w, node.statement);
    });
  } else if (ts.isWhileStatement(node)) {
    w.form("while", () => {
      w.expression(node.expression);
      writeBody(w, node.statement);
    });
  } else if (ts.isDoStatement(node)) {
    w.form("do-while", () => {
      writeBody(w, node.statement);
      w.expression(node.expression);
    });
  } else {
    // `with` is no module code; anything else is a statement of a later language.
    w.form("other", () => w.text(node.getText()));
    w.reach.everything = true;
  }
}

/** `if (x) y;` and `if (x) { y; }` are one. */
function writeBody(w: Writing, node: TS.Statement): void {
  if (ts.isBlock(node)) w.statement(node);
  else w.form("block", () => w.statement(node));
}

function writeInitializer(w: Writing, node: TS.ForInitializer): void {
  if (ts.isVariableDeclarationList(node)) writeVariables(w, node);
  else w.expression(node);
}

function writeVariables(w: Writing, list: TS.VariableDeclarationList): void {
  for (const variable of list.declarations) {
    w.form(variableKind(list), () => {
      w.bindingName(variable.name);
      w.optional(variable.initializer, w.expression);
    });
  }
}

/** `const`, `let`, `var`, `using` or `await using`. */
export function variableKind(list: TS.VariableDeclarationList): string {
  const kind = list.flags & ts.NodeFlags.BlockScoped;
  if (kind === ts.NodeFlags.AwaitUsing) return "await-using";
  if (kind === ts.NodeFlags.Using) return "using";
  return kind === ts.NodeFlags.Const ? "const" : kind === ts.NodeFlags.Let ? "let" : "var";
}

/** Writes the names that a declaration or a parameter binds, with the keys that they are taken from. */
export function writeBindingName(w: Writing, name: TS.BindingName): void {
  if (ts.isIdentifier(name)) {
    w.declared(name);
  } else {
    w.form(ts.isObjectBindingPattern(name) ? "object-pattern" : "array-pattern", () => {
      for (const element of name.elements) {
        if (ts.isOmittedExpression(element)) w.form("hole");
        else writeBindingElement(w, element, ts.isObjectBindingPattern(name));
      }
    });
  }
}

function writeBindingElement(w: Writing, element: TS.BindingElement, keyed: boolean): void {
  w.form(element.dotDotDotToken === undefined ? "bind" : "rest", () => {
    const key = element.propertyName ?? (ts.isIdentifier(element.name) ? element.name : undefined);
    if (keyed && element.dotDotDotToken === undefined && key !== undefined) {
      if (ts.isComputedPropertyName(key)) w.reach.everything = true;
      else reachMember(w, key.text);
      w.propertyName(key);
    }
    writeBindingName(w, element.name);
    w.optional(element.initializer, w.expression);
  });
}

/** The names that a namespace exports are keys of an object; the others are local. */
function writeNamespace(w: Writing, node: TS.ModuleDeclaration): void {
  w.form("namespace", () => {
    const { body } = node;
    if (body === undefined) return;
    if (ts.isModuleDeclaration(body)) return writeNamespace(w, body);
    if (!ts.isModuleBlock(body)) return;
    for (const statement of body.statements) {
      if (isErased(statement)) continue;
      const exported =
        ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      if (exported === true) w.form("export", () => declaredNames(statement).forEach(w.text));
      w.statement(statement);
    }
  });
}

function declaredNames(statement: TS.Statement): readonly string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const name = ts.getNameOfDeclaration(statement as unknown as TS.Declaration);
  return name === undefined ? [] : [name.getText()];
}

/** Does it leave no trace at run time? */
export function isErased(node: TS.Statement): boolean {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEmptyStatement(node))
    return true;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isImportEqualsDeclaration(node))
    return true;
  if (ts.isFunctionDeclaration(node) && node.body === undefined) return true;
  if (ts.isModuleDeclaration(node) && isOfTypes(node.body)) return true;
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false)
  );
}

/** Does a namespace declare types only? */
function isOfTypes(body: TS.ModuleDeclaration["body"]): boolean {
  if (body === undefined) return true;
  if (ts.isModuleDeclaration(body)) return isErased(body);
  return ts.isModuleBlock(body) && body.statements.every(isErased);
}
