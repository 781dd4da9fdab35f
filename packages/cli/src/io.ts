/*
 * What a command touches of the world, so that tests hand in their own.
 */

export interface Io {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  /** How wide the terminal is, or what is read without one is taken to be. */
  readonly columns: number;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves when the user wants to leave, by Ctrl-C, or nobody reads any more. */
  readonly interrupted: () => Promise<void>;
}

/** What people read in logs may be wide, and is no book. */
const WITHOUT_TERMINAL = 160;

export function processIo(): Io {
  // Whoever reads may leave early, as `head` does. The exit code stays that of the command, and a watch ends.
  const deserted = new Promise<void>((resolve, reject) => {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") resolve();
      else reject(error);
    });
  });
  return {
    cwd: process.cwd(),
    environment: process.env,
    isTerminal: process.stdout.isTTY,
    // A terminal may be resized while a command watches.
    get columns() {
      // One that does not know its width says 0.
      return (process.stdout.isTTY && process.stdout.columns) || WITHOUT_TERMINAL;
    },
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interrupted: () =>
      Promise.race([
        deserted,
        new Promise<void>((resolve) => {
          process.once("SIGINT", () => resolve());
          process.once("SIGTERM", () => resolve());
        }),
      ]),
  };
}
