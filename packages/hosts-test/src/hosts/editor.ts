import { TsServer } from "@continuum/language-service/unstable-headless";
import { diagnosticText, shortPath } from "../outcome.js";
import type { Outcome } from "../outcome.js";
import type { TestedProject } from "../project.js";

/** An editor shows message and hint as one text: `hints` (of another host) say where one ends. */
export async function byEditor(project: TestedProject, hints: ReadonlySet<string>): Promise<Outcome> {
  const server = new TsServer(project.folder);
  const found: string[] = [];
  try {
    for (const file of project.sources) {
      server.tell("open", { file, projectRootPath: project.folder });
      for (const each of await server.diagnosticsOf(file)) {
        if (each.source !== "continuum") continue;
        const [, code = "", text = ""] = /^(CTM\d{4}): ([^]*)$/.exec(each.text) ?? [];
        const hint = [...hints].find((known) => text.endsWith(` ${known}`)) ?? "";
        const path = (each.relatedInformation ?? []).map(({ message, span }) => ({
          text: span === undefined ? message.replace(/ \([^()]*\)$/, "") : message,
          place:
            span === undefined
              ? (/\(([^()]*)\)$/.exec(message)?.[1] ?? "")
              : `${shortPath(project.folder, span?.file ?? "")}:${String(span?.start.line)}:${String(span?.start.offset)}`,
        }));
        const place = `${shortPath(project.folder, file)}:${String(each.start.line)}:${String(each.start.offset)}`;
        found.push(diagnosticText(place, each.category, code, text.slice(0, -hint.length - 1), path, hint));
      }
    }
  } finally {
    await server.close();
  }
  return { modules: null, refusing: {}, diagnostics: found.sort() };
}
