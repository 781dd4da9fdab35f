import { describe, expect, it } from "vitest";
import { examine, fixturesOf, withEdits } from "../diagnostics/fixes/fixtures/examined.js";
import type { Examined, Fixture } from "../diagnostics/fixes/fixtures/examined.js";
import { hintMistakes } from "../diagnostics/fixtures/hint-mistakes.js";
import { formatDiagnostic } from "../diagnostics/format.js";

const fixtures = fixturesOf("analyze");
let fixesSeen = 0;

for (const rule of new Set(fixtures.map(ruleOf))) {
  describe(`rule ${rule.replaceAll("-", " ")}`, { timeout: 120_000 }, () => {
    for (const fixture of fixtures.filter((each) => ruleOf(each) === rule)) {
      const title = fixture.name.slice(rule.length + 1).replaceAll("-", " ");
      let examined: Examined | undefined;
      const examinedOnce = (): Examined => (examined ??= examine(fixture.files, fixture.settings));

      it(title, () => {
        const { diagnostics, typeErrors } = examinedOnce();
        expect(diagnostics.map(formatDiagnostic).join("\n")).toBe(fixture.expected);
        // A fixture that does not type-check proves nothing: symbols would be missing.
        if (!fixture.hasTypeErrors) expect(typeErrors).toEqual([]);
      });
      if (fixture.expected === "") continue;
      it(`${title}: each hint can be followed, each fix type-checks, and its mistake is gone`, () => {
        expectAdviceHolds(fixture, examinedOnce());
      });
    }
  });
}

describe("what recognition refuses", { timeout: 120_000 }, () => {
  it.each(fixturesOf("recognize"))("$name: each hint can be followed, each fix holds", (fixture) => {
    expectAdviceHolds(fixture, examine(fixture.files, fixture.settings));
  });
});

it("fixes were offered for the fixtures", () => {
  expect(fixesSeen).toBeGreaterThan(200);
});

function ruleOf({ name }: Fixture): string {
  return name.slice(0, name.indexOf("/"));
}

function expectAdviceHolds({ files, settings }: Fixture, before: Examined): void {
  const code = [...files.values()].join("\n");
  expect(before.diagnostics.flatMap(({ hint }) => hintMistakes(hint, code))).toEqual([]);
  for (const diagnostic of before.diagnostics) {
    for (const fix of diagnostic.fixes) {
      fixesSeen += 1;
      const after = examine(withEdits(files, fix.edits), settings);
      const where = `${diagnostic.code} at ${String(diagnostic.place.line)}: ${fix.title}`;
      expect(after.typeErrors, where).toEqual(before.typeErrors);
      // No mistake that was not there, and one of this kind less.
      const left = remaining(before, after);
      expect(left.added, where).toEqual([]);
      expect(left.gone, where).toContain(`${diagnostic.code}: ${diagnostic.message}`);
    }
  }
}

function remaining(before: Examined, after: Examined): { readonly added: string[]; readonly gone: string[] } {
  const gone = before.diagnostics.map((each) => `${each.code}: ${each.message}`);
  const added: string[] = [];
  for (const { code, message } of after.diagnostics) {
    const at = gone.indexOf(`${code}: ${message}`);
    if (at === -1) added.push(`${code}: ${message}`);
    else gone.splice(at, 1);
  }
  return { added, gone };
}
