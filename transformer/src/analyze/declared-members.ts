/*
 * What a declaration makes of a member: one of instances, which comes with the value that has it, or one that is named alone.
 */
import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";
import type { ProgramView } from "../compiler/program-view.js";

export function isInstanceMember(declaration: TS.Node): boolean {
  return (
    ts.isTypeElement(declaration) ||
    ts.isClassElement(declaration) ||
    ts.isParameter(declaration) ||
    (ts.isPropertyAssignment(declaration) && !ts.isSourceFile(declaration.parent))
  );
}

/** Is it an export of a package, or a static member of one, with a judgement of its own? */
export function isPackageMember(view: ProgramView, access: TS.Node): boolean {
  const declaration = view.symbolOf(access)?.declarations?.[0];
  if (declaration === undefined || isInstanceMember(declaration)) return false;
  return view.originOf(declaration).kind === "package";
}

/** `interface Array<T> { sample(): T }`: a method that somebody is said to have given to what is built in. */
export function isAddedToPlatform(view: ProgramView, declaration: TS.Declaration): boolean {
  if (!ts.isMethodSignature(declaration) || !ts.isInterfaceDeclaration(declaration.parent)) return false;
  const merged = view.checker.getSymbolAtLocation(declaration.parent.name)?.declarations ?? [];
  return merged.some((other) => view.originOf(other).kind === "platform");
}
