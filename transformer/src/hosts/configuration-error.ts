/** The host was set up in a way that cannot work. Thrown at once: no program can be compiled with it. */
export class ConfigurationError extends Error {
  readonly code: `CTM13${number}`;
  readonly hint: string;

  constructor(code: `CTM13${number}`, message: string, hint: string) {
    super(`${code}: ${message}\n  hint: ${hint}`);
    this.name = "ConfigurationError";
    this.code = code;
    this.hint = hint;
  }
}
