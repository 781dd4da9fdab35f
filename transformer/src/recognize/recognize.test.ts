import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { viewProgram } from "../compiler/program-view.js";
import type { ProgramView } from "../compiler/program-view.js";
import type { TS } from "../compiler/ts.js";
import { formatDiagnostic } from "../diagnostics/format.js";
import { toDiagnostics } from "../diagnostics/locate.js";
import { fixtureProgram, readFixture } from "../fixtures/program.js";
import type { Recognition } from "../ir/facts.js";
import type { CompensateOption } from "../ir/model.js";
import { recognize } from "./recognize.js";

const folder = new URL("./fixtures/", import.meta.url);

describe("recognition finds what each fixture says, and nothing else", () => {
  for (const name of readdirSync(folder).sort()) {
    it(name.replace(/\.txt$/, "").replaceAll("-", " "), () => {
      const { files, expected } = readFixture(readFileSync(new URL(name, folder), "utf8"));
      const { program, readFile } = fixtureProgram(files);
      const view = viewProgram(program, { readFile });
      const recognition = recognize(view);
      const lines = [...describeModel(view, recognition), ...toDiagnostics(view, recognition.problems).map(formatDiagnostic)];
      expect(lines.join("\n")).toBe(expected);
    });
  }
});

function describeModel(view: ProgramView, { model }: Recognition): readonly string[] {
  const at = (node: TS.Node): string => {
    const file = node.getSourceFile();
    const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
    return `${view.locationOf(file).path}:${String(line + 1)}:${String(character + 1)}`;
  };
  const shown = (node: TS.Node): string => `${at(node)} ${node.getText().split("\n")[0] ?? ""}`;
  return [
    ...model.workflows.flatMap((workflow) => [
      `workflow ${workflow.name} ${workflow.label}`,
      ...workflow.reaches.map((reached) => `  ${shown(reached.declaration)}`),
    ]),
    ...[...model.coloured.values()].map(({ node, workflow }) => `coloured ${shown(node)}${workflow === null ? "" : ` ${workflow.name}`}`),
    ...[...model.effects.values()].map(
      (effect) =>
        `effect ${at(effect.node)} ${effect.kind} ${effect.target ?? "-"}${effect.contender ? " contender" : ""}${compensation(effect.compensate)}`,
    ),
    ...[...model.promises].map((identifier) => `promise ${at(identifier)}`),
  ];
}

function compensation(option: CompensateOption | null): string {
  if (option === null) return "";
  if (option.kind === "none") return " compensate(none)";
  if (option.kind === "call") return ` compensate(call ${option.activity.name})`;
  return ` compensate(function ${[...option.calls.values()].map((call) => call.name).join(", ")})`;
}
