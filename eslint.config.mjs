// Rules about meaning only: prettier lays the code out, and tsc finds what is unused or mistyped.
import js from "@eslint/js";
import tseslint from "typescript-eslint";

const tests = ["**/*.test.ts", "**/*.conformance.ts"];

/** Real time and real randomness are handed in by one object, so that the runtime can run on a simulated clock. */
const realWorld = {
  "no-restricted-globals": [
    "error",
    ...["setTimeout", "setInterval", "setImmediate", "performance", "crypto", "fetch"].map((name) => ({
      name,
      message: "Ask the ports for it: real time and real randomness appear in one file each.",
    })),
  ],
  "no-restricted-properties": [
    "error",
    { object: "Date", property: "now", message: "Ask the ports' clock." },
    { object: "Math", property: "random", message: "Ask the ports' randomness." },
  ],
  "no-restricted-syntax": [
    "error",
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Ask the ports' clock." },
  ],
  "no-console": "error",
};

export default tseslint.config(
  { ignores: ["**/dist/", "**/fixtures/", "**/node_modules/", "**/.data/", "examples/*/refused/"] },
  js.configs.recommended,
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly" } },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["vitest.config.ts", "examples/*/vitest.config.ts"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
      // A port's function is async by its type, whether or not this implementation waits for something.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // Our ports and the compiler's tables are objects of closures: taking one of their functions loses nothing.
      "@typescript-eslint/unbound-method": "off",
      // tsc reports comparisons that can't be true; this also reports those of one compiler's kinds after narrowing.
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      // Generators that yield nothing are cases of the interpreter.
      "require-yield": "off",
      eqeqeq: "error",
    },
  },
  { files: ["runtime/src/**/*.ts", "packages/contract/src/**/*.ts"], ignores: tests, rules: realWorld },
  {
    files: [
      "runtime/src/worker/real-time.ts",
      "runtime/src/worker/real-randomness.ts",
      // Where the journal's ports get their defaults; and what speaks to a real server, which nobody simulates.
      "runtime/src/journal/open.ts",
      "runtime/src/journal/postgres/**/*.ts",
    ],
    rules: offAll(realWorld),
  },
  {
    files: tests,
    rules: {
      // Workflow code, which tests imitate, may throw anything and leave promises alone.
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/prefer-promise-reject-errors": "off",
    },
  },
);

function offAll(rules) {
  return Object.fromEntries(Object.keys(rules).map((name) => [name, "off"]));
}
