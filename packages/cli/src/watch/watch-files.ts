/*
 * Says which files changed on disk: sources and configuration below the project's folders, and single files elsewhere.
 */
import { watch } from "chokidar";

export interface Watched {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

export interface FileWatcher {
  /** From then on no change is missed. */
  readonly ready: Promise<void>;
  /** Has something changed that was not told yet? */
  isPending(): boolean;
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
  // What is added twice is watched twice.
  const followed = new Set([...watched.folders, ...watched.files]);
  const watcher = watch([...followed], {
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
  const ready = new Promise<void>((resolve) => void watcher.once("ready", resolve));
  return {
    ready,
    isPending: () => pending.size > 0,
    follow({ folders, files }) {
      const added = [...folders, ...files].filter((path) => !followed.has(path));
      for (const path of added) followed.add(path);
      if (added.length > 0) watcher.add(added);
    },
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
