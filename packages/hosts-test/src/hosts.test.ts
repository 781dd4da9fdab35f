/*
 * One engine, many thin hosts: the same program gives the same modules (with their manifests and version hashes in them) and the
 * same diagnostics, whoever compiles it.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byEsbuild, byRollup, byVite, byVitest, byWebpack } from "./hosts/bundlers.js";
import { byEditor } from "./hosts/editor.js";
import { byLibrary, compileByLibrary } from "./hosts/library.js";
import { byBuild, byCheck, byTspc } from "./hosts/processes.js";
import type { Outcome } from "./outcome.js";
import { besideWrong, programs } from "./programs.js";
import { makeProject } from "./project.js";
import type { TestedProject } from "./project.js";

type Host = (project: TestedProject) => Outcome | Promise<Outcome>;

const builders: Readonly<Record<string, Host>> = {
  tspc: byTspc,
  "continuum build": byBuild,
  Vite: byVite,
  Vitest: byVitest,
  Rollup: byRollup,
  webpack: byWebpack,
  esbuild: byEsbuild,
};

for (const program of programs) {
  describe(program.name, { timeout: 60_000 }, () => {
    let project: TestedProject;
    let expected: Outcome;
    beforeAll(() => {
      project = makeProject(program);
      expected = byLibrary(project);
    });
    afterAll(() => project.remove());

    const isRefused = (): boolean => expected.diagnostics.some((text) => / error CTM/.test(text));

    it("is the program that it should be", () => {
      const { diagnostics, typescriptDiagnostics, manifests, files } = compileByLibrary(project);
      expect(typescriptDiagnostics.map(({ messageText }) => messageText)).toEqual([]);
      expect(diagnostics.map(({ code }) => code)).toEqual(program.codes);
      const refused = isRefused();
      expect(manifests.size > 0).toBe(!refused);
      expect(files.length > 0).toBe(!refused);
      expect(Object.keys(expected.refusing).length > 0).toBe(refused);
      // What is compared below holds manifests and hashes.
      const text = Object.values(expected.modules ?? {}).join("");
      for (const { name, versionHash } of manifests.values())
        expect(text).toMatch(new RegExp(`name: "${name}",[^]*versionHash: "${versionHash}"`));
    });

    for (const [name, host] of Object.entries(builders)) {
      it(`comes out the same from ${name}`, async () => {
        const { modules, refusing, diagnostics } = await host(project);
        expect(diagnostics).toEqual(expected.diagnostics);
        // Of a refused program nothing comes out compiled. tsc emits in spite of errors; a bundle fails as a whole.
        expect(modules).toEqual(isRefused() ? {} : expected.modules);
        expect(refusing).toEqual(name === "tspc" ? expected.refusing : {});
      });
    }

    it("has the same diagnostics and hashes in continuum check", () => {
      const { diagnostics, hashes } = byCheck(project);
      expect(diagnostics).toEqual(expected.diagnostics);
      const { manifests } = compileByLibrary(project);
      if (!isRefused())
        expect(hashes).toEqual(
          Object.fromEntries([...manifests].map(([name, { versionHash }]) => [name, versionHash])),
        );
    });

    it("has the same diagnostics in an editor", async () => {
      const hints = new Set(expected.diagnostics.map((text) => /→ (.*)$/.exec(text)?.[1] ?? ""));
      expect((await byEditor(project, hints)).diagnostics).toEqual(expected.diagnostics);
    });
  });
}

describe("a right workflow of a program that has a wrong one", { timeout: 60_000 }, () => {
  let project: TestedProject;
  beforeAll(() => {
    project = makeProject(besideWrong);
  });
  afterAll(() => project.remove());

  it.each(Object.entries(builders))(
    "is not emitted by %s, or refuses to load and says why",
    async (name, host) => {
      const { refusing: expected } = byLibrary(project);
      expect(Object.keys(expected)).toEqual(["src/right.ts", "src/wrong.ts"]);
      expect(expected["src/right.ts"]).toMatch(
        /^throw new Error\("CTM3090: Continuum's compiler refused this program\. CTM2001 at src\/wrong\.ts:2: /,
      );
      const { modules, refusing } = await host(project);
      expect(modules).toEqual({});
      const { "src/right.ts": right } = expected;
      // What a bundler is not asked for it does not make.
      if (name === "tspc") expect(refusing).toEqual(expected);
      else expect(refusing).toEqual(name === "continuum build" ? {} : { "src/right.ts": right });
    },
  );
});
