import { ts } from "../compiler/ts.js";
import type { TS } from "../compiler/ts.js";

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

/** A mistake in the plugin's entry, for hosts that have no diagnostics to show it among. */
export function mistakeError({ code, messageText }: TS.Diagnostic): ConfigurationError {
  const [message = "", ...hint] = ts.flattenDiagnosticMessageText(messageText, "\n").split(/\n\s*hint: /);
  return new ConfigurationError(`CTM${code as 1310}`, message.replace(/^CTM\d+: /, ""), hint.join(" "));
}
