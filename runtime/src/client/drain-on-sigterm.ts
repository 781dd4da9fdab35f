/**
 * Drains on SIGTERM, then lets the process end as it would have without us: if nobody else listens, the signal is raised
 * again. Gives the function that stops listening.
 */
export function drainOnSigterm(drainAndClose: () => Promise<void>): () => void {
  const leave = (): void => {
    process.removeListener("SIGTERM", listener);
  };
  const listener = (): void => {
    void drainAndClose()
      .catch(() => undefined) // It was reported where it failed; the process ends all the same.
      .then(() => {
        leave();
        if (process.listenerCount("SIGTERM") === 0) process.kill(process.pid, "SIGTERM");
      });
  };
  process.on("SIGTERM", listener);
  return leave;
}
