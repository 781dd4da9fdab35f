/**
 * Who may import whom. What is not here is forbidden.
 *
 * The paths are regular expressions, from the root of the repository. A folder may always import from itself.
 * A new arrow is a change of the architecture: give its reason in the commit.
 */
export interface Arrow {
  readonly from: string;
  readonly to: readonly string[];
}

/** Modules of Node, under the names that dependency-cruiser gives them. */
export const node = "<node>";
const npm = (name: string) => `(^|/)node_modules/${name}/`;
const anyNpm = "(^|/)node_modules/";

const contract = "^packages/contract/src/index\\.ts$";
const room = (name: string) => `^runtime/src/${name}/`;
const pass = (name: string) => `^transformer/src/${name}/`;
/** The port's files lie in the folder itself; its implementations lie in folders below, and `open.ts` knows them. */
const journalPort = "^runtime/src/journal/(?!open\\.ts)[^/]+\\.ts$";
const openJournal = "^runtime/src/journal/open\\.ts$";

const contractPackage: readonly Arrow[] = [
  { from: "^packages/contract/src/", to: ["^packages/contract/src/"] },
];

const runtime: readonly Arrow[] = [
  { from: room("core"), to: [room("core"), contract] },
  { from: room("errors"), to: [room("errors"), room("core")] },
  // `util` tells a Date or a Map of another realm from an object that looks like one.
  {
    from: room("codec"),
    to: [room("codec"), room("core"), room("errors"), npm("devalue"), "^(node:)?util$"],
  },
  { from: room("telemetry"), to: [room("telemetry"), room("core"), contract] },
  { from: room("versions"), to: [room("versions"), room("core"), room("errors"), journalPort, contract] },
  { from: room("authoring"), to: [room("authoring"), room("core"), contract] },
  { from: journalPort, to: [journalPort, room("core"), room("errors"), room("codec"), contract] },
  {
    from: room("journal/memory"),
    to: [room("journal/memory"), journalPort, room("core"), room("errors"), room("codec"), contract],
  },
  {
    from: room("journal/postgres"),
    to: [room("journal/postgres"), journalPort, room("core"), room("errors"), room("codec"), contract, node],
  },
  { from: room("journal/postgres"), to: [npm("drizzle-orm"), npm("pg"), npm("@electric-sql/pglite")] },
  // A user may hand over a pool of the driver.
  {
    from: openJournal,
    to: ["^runtime/src/journal/", room("core"), room("errors"), room("codec"), contract, node, npm("pg")],
  },
  {
    from: room("worker"),
    to: [
      room("worker"),
      journalPort,
      room("core"),
      room("versions"),
      room("telemetry"),
      room("errors"),
      node,
    ],
  },
  { from: room("worker"), to: [contract] },
  {
    from: room("(client|query|health|schedules)"),
    to: [room("$1"), journalPort, room("core"), room("errors"), room("codec"), contract],
  },
  // Users hand the client what they defined: workflows, signals and their schemas.
  { from: room("client"), to: [room("authoring")] },
  // A user's pool cannot be handed to a thread: the heartbeat's makes a connection by the same settings.
  { from: "^runtime/src/client/lease-thread\\.ts$", to: [npm("pg")] },
  { from: room("client"), to: [openJournal, room("worker"), room("versions"), room("telemetry"), node] },
  // What workflow modules import must load anywhere: no database, nothing of Node.
  // (`compiled.ts` names itself, to prove that it has the shape of the contract.)
  {
    from: "^runtime/src/(workflow|compiled)\\.ts$",
    to: ["^runtime/src/$1\\.ts$", room("authoring"), room("core"), contract],
  },
  { from: "^runtime/src/unstable-core\\.ts$", to: [room("core"), contract] },
  { from: "^runtime/src/activity\\.ts$", to: [room("authoring"), room("core"), room("worker"), contract] },
  { from: "^runtime/src/(index|unstable-testing)\\.ts$", to: ["^runtime/src/", contract] },
];

/** Passes hand plain data (`ir/`) to one another through the pipeline: never sideways or up. */
const passes = "(recognize|analyze|version|manifest|rewrite|summary)";
const bundledTypeScript = "^transformer/typescript\\.(d\\.cts|cjs)$";
const transformer: readonly Arrow[] = [
  { from: pass("compiler"), to: [pass("compiler"), npm("typescript"), bundledTypeScript, contract] },
  { from: bundledTypeScript, to: [npm("typescript")] },
  { from: pass("ir"), to: [pass("ir"), pass("compiler"), contract] },
  { from: pass("diagnostics"), to: [pass("diagnostics"), pass("ir"), pass("compiler"), contract] },
  { from: pass(passes), to: [pass("$1"), pass("ir"), pass("compiler"), pass("diagnostics"), contract] },
  {
    from: "^transformer/src/pipeline\\.ts$",
    to: [pass(passes), pass("ir"), pass("compiler"), pass("diagnostics"), contract],
  },
  {
    from: pass("hosts"),
    to: [
      pass("hosts"),
      "^transformer/src/pipeline\\.ts$",
      pass("compiler"),
      pass("diagnostics"),
      contract,
      node,
    ],
  },
  { from: "^transformer/src/index\\.ts$", to: ["^transformer/src/", contract] },
];

/** What is not published, by the `exclude` of each tsconfig.build.json. Tests reach for what they need. */
const tests = "(\\.test\\.ts|\\.conformance\\.ts)$|/fixtures/";
const testsOf = (folder: string) => `^${folder}/.*(${tests})`;

/** `entryPoints`: the files that the packages' `exports` name. */
export function arrows(entryPoints: readonly string[]): readonly Arrow[] {
  const isPublic = `^(${entryPoints.map((path) => path.replaceAll(".", "\\.")).join("|")})$`;
  const testSupport = "^packages/workspace/src/test-postgres/index\\.ts$";
  return [
    ...contractPackage,
    ...runtime,
    ...transformer,
    {
      from: "^packages/(?!contract/|workspace/)([^/]+)/",
      to: ["^packages/$1/", isPublic, anyNpm, node],
    },
    { from: "^examples/([^/]+)/", to: ["^examples/$1/", isPublic, anyNpm, node] },
    { from: "^packages/workspace/", to: ["^packages/workspace/", anyNpm, node] },
    {
      from: testsOf("(transformer|runtime|packages/contract)"),
      to: ["^$1/", isPublic, testSupport, anyNpm, node],
    },
    { from: testsOf("(packages|examples)"), to: [testSupport] },
    // Compiled code is proven on the interpreter: it shows what the same program shows on native promises.
    { from: testsOf("transformer"), to: [room("core")] },
  ];
}
