import { RUNTIME_ENTRY } from "@continuum/contract";
import type { CompiledEntry } from "@continuum/contract";
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

/** How emitted code of one file reaches the runtime: one namespace import under a name that the file does not use. */
export interface EntryModule {
  /** `__continuum.<member>(…args)`; `at` is the user's code that it stands for. */
  call(member: keyof CompiledEntry, args: readonly TS.Expression[], at: TS.Node | null): TS.CallExpression;
  importDeclaration(): TS.ImportDeclaration;
}

export function entryModule(factory: TS.NodeFactory): EntryModule {
  const name = factory.createUniqueName(
    "__continuum",
    ts.GeneratedIdentifierFlags.Optimistic | ts.GeneratedIdentifierFlags.FileLevel,
  );
  return {
    call(member, args, at) {
      const callee = factory.createPropertyAccessExpression(name, member);
      // Stack frames point at the callee's position, so it must be the user's.
      if (at !== null) ts.setSourceMapRange(callee, ts.isCallExpression(at) ? at.expression : at);
      return factory.createCallExpression(callee, undefined, args);
    },
    importDeclaration: () =>
      factory.createImportDeclaration(
        undefined,
        factory.createImportClause(undefined, undefined, factory.createNamespaceImport(name)),
        factory.createStringLiteral(RUNTIME_ENTRY),
      ),
  };
}
