export { compilationOf, compileModule, compileProgram } from "./hosts/library.js";
export type { CompiledModule, CompiledProgram } from "./hosts/library.js";
export { ConfigurationError } from "./hosts/configuration-error.js";
export type { EmittedFile } from "./hosts/emit.js";
export type { ProgramSource } from "./hosts/open-program.js";
export type { Compilation, CompileOptions } from "./pipeline.js";
export type { Diagnostic, Place } from "./diagnostics/diagnostic.js";
export { openProject } from "./hosts/project.js";
export type { Project } from "./hosts/project.js";
