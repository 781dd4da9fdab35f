/*
 * The plugin's entry in tsconfig.json: read strictly, because an option that is ignored when misspelt is a default that
 * nobody chose.
 */
import { ts } from "../../compiler/ts.js";
import type { TS } from "../../compiler/ts.js";
import type { CompileOptions } from "../../pipeline.js";

export interface PluginOptions {
  readonly compile: CompileOptions;
  readonly mistakes: readonly TS.Diagnostic[];
}

/** Those that ts-patch itself reads. */
const OF_TS_PATCH: ReadonlySet<string> = new Set([
  ...[
    "transform",
    "transformProgram",
    "name",
    "import",
    "isEsm",
    "type",
    "tsConfig",
    "resolvePathAliases",
    "after",
    "afterDeclarations",
  ],
]);

/** Those that TypeScript itself reads of a plugin for editors. */
const OF_EDITORS: ReadonlySet<string> = new Set(["name", "global"]);

/** Whose tsconfig it is: a program, or what one would be made of. */
export type Configured = Pick<TS.Program, "getCompilerOptions">;

/** `plugin`: whose entry it is. */
export function readPluginOptions(
  program: Configured,
  config: unknown,
  plugin:
    "@continuum/transformer/ts-patch" | "@continuum/language-service" = "@continuum/transformer/ts-patch",
): PluginOptions {
  const others = plugin === "@continuum/language-service" ? OF_EDITORS : OF_TS_PATCH;
  const mistakes: TS.Diagnostic[] = [];
  const options = typeof config === "object" && config !== null ? config : {};
  for (const name of Object.keys(options)) {
    if (name === "trustedModules" || others.has(name)) continue;
    const meant = name.toLowerCase().includes("trust") ? ' Did you mean "trustedModules"?' : "";
    mistakes.push(
      mistake(
        program,
        name,
        "CTM1310",
        `The plugin "${plugin}" has no option "${name}".${meant}`,
        'Its own option is "trustedModules".',
      ),
    );
  }
  const trusted = "trustedModules" in options ? options.trustedModules : undefined;
  if (trusted === undefined) return { compile: {}, mistakes };
  if (isTrustedModules(trusted)) return { compile: { trustedModules: trusted }, mistakes };
  const { message, hint } = WRONG_TRUST;
  return {
    compile: {},
    mistakes: [...mistakes, mistake(program, "trustedModules", "CTM1311", message, hint)],
  };
}

/** CTM1311, in every host. */
export const WRONG_TRUST = {
  message:
    '"trustedModules" must be an array of module names, or of objects like { "module": "decimal.js", "names": ["Decimal"] }.',
  hint: 'Write "trustedModules": ["decimal.js"].',
};

export function isTrustedModules(value: unknown): value is NonNullable<CompileOptions["trustedModules"]> {
  return Array.isArray(value) && value.every(isTrustedModule);
}

/** TypeScript's JavaScript API ends with 6; what comes before 5.9 was never tried. */
export function typeScriptMistake(
  program: TS.Program,
  hint = "Install typescript@6.0.3 for this build, or use the Vite plugin or the library, which bring their own.",
): readonly TS.Diagnostic[] {
  const [major = 0, minor = 0] = ts.version.split(".").map(Number);
  if (major === 6 || (major === 5 && minor >= 9)) return [];
  const message = `Continuum's compiler does not work with TypeScript ${ts.version}.`;
  return [mistake(program, null, "CTM1312", message, hint)];
}

/** ts-patch called the plugin for each file: it has no say over the program then, and can't refuse it. */
export function perFileMistake(program: TS.Program): TS.Diagnostic {
  const message =
    'The plugin "@continuum/transformer/ts-patch" needs the whole program, and its entry in tsconfig.json does not give it.';
  const hint = 'Write { "transform": "@continuum/transformer/ts-patch", "transformProgram": true }.';
  return mistake(program, "transform", "CTM1313", message, hint);
}

function isTrustedModule(
  entry: unknown,
): entry is string | { readonly module: string; readonly names: readonly string[] } {
  if (typeof entry === "string") return entry !== "";
  if (
    typeof entry !== "object" ||
    entry === null ||
    Object.keys(entry).some((key) => key !== "module" && key !== "names")
  )
    return false;
  if (
    !("module" in entry) ||
    typeof entry.module !== "string" ||
    !("names" in entry) ||
    !Array.isArray(entry.names)
  )
    return false;
  return entry.names.every((name) => typeof name === "string");
}

function mistake(
  program: Configured,
  option: string | null,
  code: string,
  message: string,
  hint: string,
): TS.Diagnostic {
  const number = Number(code.slice(3));
  const category = ts.DiagnosticCategory.Error;
  const text = {
    category,
    code: number,
    messageText: `${code}: ${message}`,
    next: [{ category, code: number, messageText: `hint: ${hint}` }],
  };
  const file = program.getCompilerOptions()["configFile"] as TS.TsConfigSourceFile | undefined;
  const place = file === undefined ? undefined : pluginEntry(file, option);
  const where =
    file === undefined || place === undefined
      ? {}
      : { file, start: place.getStart(file), length: place.getWidth(file) };
  return {
    category,
    code: number,
    source: "continuum",
    messageText: text,
    file: undefined,
    start: undefined,
    length: undefined,
    ...where,
  };
}

/** The plugin's entry in the tsconfig's text, or the option in it. An entry of an extended config has no place here. */
function pluginEntry(file: TS.TsConfigSourceFile, option: string | null): TS.Node | undefined {
  const config = file.statements[0]?.expression;
  const plugins = member(member(config, "compilerOptions"), "plugins");
  if (plugins === undefined || !ts.isArrayLiteralExpression(plugins)) return undefined;
  const entry = plugins.elements.find((element) => {
    const transform = member(element, "transform");
    return transform !== undefined && ts.isStringLiteral(transform) && transform.text.includes("ts-patch");
  });
  return option === null || entry === undefined ? entry : (propertyOf(entry, option)?.name ?? entry);
}

function member(node: TS.Node | undefined, name: string): TS.Node | undefined {
  return node === undefined ? undefined : propertyOf(node, name)?.initializer;
}

function propertyOf(node: TS.Node, name: string): TS.PropertyAssignment | undefined {
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  return node.properties.find(
    (property): property is TS.PropertyAssignment =>
      ts.isPropertyAssignment(property) && ts.isStringLiteral(property.name) && property.name.text === name,
  );
}
