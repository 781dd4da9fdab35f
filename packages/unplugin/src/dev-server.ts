import type { EnvironmentModuleNode, ViteDevServer } from "vite";

/** Makes Vite build again those modules whose output differs from what was built of them. */
export function invalidateStale(
  servers: Iterable<ViteDevServer>,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): void {
  const stale = new Set(
    [...before.keys(), ...after.keys()].filter((file) => before.get(file) !== after.get(file)),
  );
  for (const { graph, node } of modulesOf(servers, stale)) graph.invalidateModule(node);
}

type Graph = ViteDevServer["environments"][string]["moduleGraph"];

function* modulesOf(
  servers: Iterable<ViteDevServer>,
  files: ReadonlySet<string>,
): Generator<{ readonly graph: Graph; readonly node: EnvironmentModuleNode }> {
  for (const server of servers) {
    for (const environment of Object.values(server.environments)) {
      for (const file of files) {
        for (const node of environment.moduleGraph.getModulesByFile(file) ?? [])
          yield { graph: environment.moduleGraph, node };
      }
    }
  }
}
