/**
 * What is known beside a log message. Of the engine's own lines: never a payload, parameter or secret (R45). Of lines that
 * workflow code logs: what it gave, with `runId` and `workflow`.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where the engine writes what people should know, and workflow code its `log.info(…)` lines. `console` fits; so do pino and
 * winston behind two-line adapters. It is called from the engine's own loops, so it must return at once.
 *
 * @example
 * const logger: Logger = { info: () => {}, warn: console.warn, error: console.error };
 */
export interface Logger {
  /** Without it, what workflow code logs at this level is left out. */
  debug?(message: string, fields?: LogFields): void;
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

/** For what workflow code logs, when the user gave no logger: all but `debug`, to standard error. */
export const standardWorkflowLogger: Logger = {
  ...standardLogger,
  info: (message, fields) => write("info", message, fields),
};

function write(level: string, message: string, fields?: LogFields): void {
  process.stderr.write(
    `[continuum] ${level}: ${message}${fields === undefined ? "" : ` ${asText(fields)}`}\n`,
  );
}

/** Workflow code may log what JSON cannot say: bigints, cycles. */
function asText(fields: LogFields): string {
  try {
    return JSON.stringify(fields, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
  } catch {
    return "(fields that JSON cannot say)";
  }
}

/** A logger whose failures stay its own: a log that throws must not stop the engine. */
export function guardedLogger(logger: Logger): Logger {
  const guard =
    (level: keyof Logger) =>
    (message: string, fields?: LogFields): void => {
      try {
        logger[level]?.(message, fields);
      } catch {
        // Nowhere is left to report it.
      }
    };
  return { debug: guard("debug"), info: guard("info"), warn: guard("warn"), error: guard("error") };
}
