/** The command line was used in a way that can't be meant: exit code 2. */
export class UsageError extends Error {
  readonly code: `CTM13${number}`;
  readonly hint: string;

  constructor(code: `CTM13${number}`, message: string, hint: string) {
    super(message);
    this.name = "UsageError";
    this.code = code;
    this.hint = hint;
  }
}

/** Of an error that repeats its code and hint in its message, the sentence alone. */
export function plainMessage({ message }: Error): string {
  return message.replace(/^CTM\d{4}: /, "").replace(/\n {2}hint: [^]*$/, "");
}
