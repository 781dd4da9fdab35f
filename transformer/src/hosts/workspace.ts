/*
 * Purpose: a project and those that it refers to, for bundlers: each module is compiled by the project that it belongs to, and sees of
 * other projects what `--build` would have written for it.
 * Owns: which project a module belongs to, in which order projects are asked, what they give to one another.
 * Does not own: which projects there are (members.ts), a project by itself (project.ts).
 *
 * Invariants
 *  1. What is compiled is what `tspc --build` would write from the same sources, whatever stands on disk of an earlier build.
 *  2. After any sequence of edits it is what a workspace that is opened anew would compile.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { CompileOptions } from "../pipeline.js";
import { outputStore } from "./built-outputs.js";
import { findMembers, homeOf } from "./members.js";
import type { Member } from "./members.js";
import { openMember } from "./project.js";
import type { MemberProject, Project } from "./project.js";
import type { ProgramSource } from "./open-program.js";

interface OpenMember extends Member {
  readonly project: MemberProject;
}

/**
 * Opens a project and those that its `references` name; a tsconfig without files of its own stands for those. `trustedModules` add
 * to what the plugin's entry in each tsconfig says.
 *
 * @throws ConfigurationError (CTM13xx) when a tsconfig can't be read, or none names files; so may each question after an edit of one.
 * @example
 * const workspace = openWorkspace({ tsconfig: "packages/app" });
 * const compiled = workspace.compileModule("/shop/packages/payments/src/settle.ts");
 */
export function openWorkspace(source: ProgramSource & CompileOptions): Project {
  const outputs = outputStore();
  /** Projects that nothing refers to, and whose modules are asked for all the same. */
  const adopted = new Set<string>();
  /** What was asked for and belongs to no project. */
  const homeless = new Set<string>();
  const open = new Map<string, OpenMember>();
  let members = openMembers();
  /** Did anything change since the projects last gave one another what they write? */
  let stale = true;
  /** Was it something that may have changed which projects there are? */
  let moved = false;

  function openMembers(): readonly OpenMember[] {
    const found = findMembers(source, adopted);
    const kept = new Set(found.map(({ configPath }) => configPath));
    for (const [configPath, { project }] of open) {
      if (kept.has(configPath)) continue;
      project.close();
      outputs.replace(configPath, new Map());
      open.delete(configPath);
    }
    return found.map((member) => {
      const project = open.get(member.configPath)?.project ?? openMember(member.source, outputs);
      open.set(member.configPath, { ...member, project });
      return { ...member, project };
    });
  }

  /** Hands what a project writes to those that refer to it, and says whether that was anything new. */
  const give = ({ configPath, project }: OpenMember): boolean => {
    const users = members.filter(({ upstream }) => upstream.has(configPath));
    if (users.length === 0) return false;
    const changed = outputs.replace(configPath, project.outputs());
    for (const user of users) for (const path of changed) user.project.changed(path);
    return changed.length > 0;
  };

  const settled = (): readonly OpenMember[] => {
    if (!stale) return members;
    if (moved) {
      homeless.clear();
      members = openMembers();
    }
    members.forEach(give);
    stale = false;
    moved = false;
    return members;
  };

  const ownerOf = (fileName: string): OpenMember | undefined => {
    const all = settled().toReversed();
    return (
      all.find(({ project }) => project.names(fileName)) ??
      all.find(({ project }) => project.has(fileName)) ??
      adopt(fileName) ??
      all.find(({ isOwn }) => isOwn)
    );
  };

  /** The bundler takes the source of a module of which a project sees the declarations: both must be of one compilation. */
  const adopt = (fileName: string): OpenMember | undefined => {
    if (homeless.has(fileName)) return undefined;
    homeless.add(fileName);
    const home = homeOf(fileName, members);
    if (home === null) return undefined;
    const isSeen = members.some(({ project }) => project.inputs().has(home.declarations));
    if (!isSeen) return undefined;
    adopted.add(home.configPath);
    stale = true;
    moved = true;
    return settled().find(({ project }) => project.names(fileName));
  };

  return {
    dependent() {
      const [first, ...others] = settled();
      if (first !== undefined && others.length === 0) return first.project.dependent();
      return new Map(
        settled().flatMap((member) =>
          Array.from(member.project.dependent()).filter(([fileName]) => ownerOf(fileName) === member),
        ),
      );
    },
    diagnostics: () => allDiagnostics(settled()),
    inputs() {
      const [first, ...others] = settled();
      if (first !== undefined && others.length === 0) return first.project.inputs();
      const all = settled().flatMap(({ project }) => Array.from(project.inputs()));
      return new Set(all.filter((path) => outputs.textOf(path) === undefined));
    },
    compileModule(fileName) {
      const name = fileName.replaceAll("\\", "/");
      const owner = ownerOf(name);
      const compiled = owner?.project.compileModule(name) ?? null;
      // It looked at the file itself, which may have been edited without word; then those between may write something new, too.
      if (owner !== undefined && give(owner)) stale = true;
      return compiled;
    },
    changed(fileName) {
      const name = fileName.replaceAll("\\", "/");
      if (!members.some(({ project }) => project.has(name))) moved = true;
      for (const { project } of members) project.changed(name);
      stale = true;
    },
    close() {
      for (const { project } of members) project.close();
    },
  };
}

/**
 * Of all projects. Where one is refused, `--build` builds nothing that refers to it; what it lacks there is no mistake of its own, so
 * whatever is concerned shows the mistake at its root.
 */
function allDiagnostics(members: readonly OpenMember[]): readonly Diagnostic[] {
  const own = new Map(members.map((member) => [member.configPath, member.project.diagnostics()]));
  const found = new Map<string, Diagnostic>();
  const add = (diagnostic: Diagnostic): void => {
    const { code, fileName, place, path } = diagnostic;
    const key = [code, fileName, place.start, ...path.map((step) => step.fileName)].join("\n");
    if (!found.has(key)) found.set(key, diagnostic);
  };
  for (const { configPath, upstream } of members) {
    const root = Array.from(upstream)
      .flatMap((path) => own.get(path) ?? [])
      .find(({ severity }) => severity === "error");
    for (const diagnostic of own.get(configPath) ?? []) {
      const { fileName, place, severity } = diagnostic;
      if (root === undefined || severity !== "error") add(diagnostic);
      else {
        const text = "what is refused there is needed here";
        add({ ...root, path: [{ text, fileName, place }, ...root.path] });
      }
    }
  }
  return Array.from(found.values());
}
