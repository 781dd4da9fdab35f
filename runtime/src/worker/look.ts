import type { Logger } from "../telemetry/logger.js";
import { owned } from "./insist.js";

/** Something that is looked for again and again, one look at a time. A request during a look means one more after it. */
export class Look {
  readonly #once: () => Promise<boolean>;
  readonly #stopped: () => boolean;
  readonly #log: Logger;
  readonly #what: string;
  #asked = false;
  #looking = false;
  #last: Promise<void> = Promise.resolve();

  /** `once` gives true when there may be more. */
  constructor(what: string, once: () => Promise<boolean>, stopped: () => boolean, log: Logger) {
    this.#what = what;
    this.#once = once;
    this.#stopped = stopped;
    this.#log = log;
  }

  ask(): void {
    this.#asked = true;
    if (this.#looking || this.#stopped()) return;
    this.#looking = true;
    this.#last = this.#look();
    owned(this.#last, this.#log, this.#what);
  }

  /** Resolves when no look is under way. */
  async whenIdle(): Promise<void> {
    await this.#last.catch(() => undefined);
  }

  async #look(): Promise<void> {
    try {
      while (this.#asked && !this.#stopped()) {
        this.#asked = false;
        if (await this.#once()) this.#asked = true;
      }
    } finally {
      // In the same job as the last test of the loop: a request in between would be lost.
      this.#looking = false;
    }
  }
}
