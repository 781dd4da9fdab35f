/*
 * What a command touches of the world, so that tests hand in their own.
 */

export interface Io {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves when the user wants to leave: Ctrl-C. */
  readonly interrupted: () => Promise<void>;
}

export function processIo(): Io {
  return {
    cwd: process.cwd(),
    environment: process.env,
    isTerminal: process.stdout.isTTY,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interrupted: () =>
      new Promise((resolve) => {
        process.once("SIGINT", resolve);
        process.once("SIGTERM", resolve);
      }),
  };
}
