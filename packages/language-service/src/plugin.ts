/*
 * The plugin that tsserver loads for `"plugins": [{ "name": "@continuum/language-service" }]`. tsc ignores the entry.
 */
import { openEditor } from "@continuum/transformer";
import type ts from "typescript";
import { decorate } from "./decorate.js";

/** What tsserver calls with its own TypeScript; once per project it asks for a language service. */
export function init(modules: { readonly typescript: typeof ts }): ts.server.PluginModule {
  return {
    create(info) {
      const log = (text: string): void => info.project.projectService.logger.info(`continuum: ${text}`);
      return decorate(info.languageService, openEditor(modules.typescript, info.config), log);
    },
  };
}
