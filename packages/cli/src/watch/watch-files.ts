/*
 * Says which files changed on disk: sources and configuration below the project's folders, and single files elsewhere.
 */
import { watch } from "chokidar";

export interface Watched {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

export interface FileWatcher {
  /** Watches what is new in `watched` too. */
  follow(watched: Watched): void;
  close(): Promise<void>;
}

const SOURCE = /\.([cm]?[jt]sx?|json)$/;
const IGNORED = /[\\/](node_modules|\.git)([\\/]|$)/;

/** Calls `changed` with what has changed, once nothing more has for `settleMs`. */
export function watchFiles(
  watched: Watched,
  settleMs: number,
  changed: (files: ReadonlySet<string>) => void,
): FileWatcher {
  let pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch([...watched.folders, ...watched.files], {
    ignoreInitial: true,
    ignored: (path, stats) => IGNORED.test(path) || (stats?.isFile() === true && !SOURCE.test(path)),
  });
  watcher.on("all", (event, file) => {
    if (event === "addDir" || event === "unlinkDir") return;
    pending.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = pending;
      pending = new Set();
      changed(files);
    }, settleMs);
  });
  return {
    follow: ({ folders, files }) => void watcher.add([...folders, ...files]),
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
