/** What is known beside a log message. Never a payload, parameter or secret (R45). */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Where the engine writes what people should know. `console` fits; so do pino and winston behind two-line adapters.
 * It is called from the engine's own loops, so it must return at once.
 *
 * @example
 * const logger: Logger = { info: () => {}, warn: console.warn, error: console.error };
 */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Writes warnings and errors to standard error, one line each; information is left out. */
export const standardLogger: Logger = {
  info: () => undefined,
  warn: (message, fields) => write("warn", message, fields),
  error: (message, fields) => write("error", message, fields),
};

function write(level: string, message: string, fields?: LogFields): void {
  const rest = fields === undefined ? "" : ` ${JSON.stringify(fields)}`;
  process.stderr.write(`[continuum] ${level}: ${message}${rest}\n`);
}

/** A logger whose failures stay its own: a log that throws must not stop the engine. */
export function guardedLogger(logger: Logger): Logger {
  const guard =
    (level: keyof Logger) =>
    (message: string, fields?: LogFields): void => {
      try {
        logger[level](message, fields);
      } catch {
        // Nowhere is left to report it.
      }
    };
  return { info: guard("info"), warn: guard("warn"), error: guard("error") };
}
