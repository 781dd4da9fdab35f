import type { Logger } from "../telemetry/logger.js";
import { owned } from "./insist.js";

/** Something that is looked for again and again, one look at a time. A request during a look means one more after it. */
export class Look {
  readonly #once: () => Promise<boolean>;
  readonly #stopped: () => boolean;
  readonly #log: Logger;
  readonly #what: string;
  #asked = false;
  #looking: Promise<void> | null = null;

  /** `once` gives true when there may be more. */
  constructor(what: string, once: () => Promise<boolean>, stopped: () => boolean, log: Logger) {
    this.#what = what;
    this.#once = once;
    this.#stopped = stopped;
    this.#log = log;
  }

  ask(): void {
    this.#asked = true;
    if (this.#looking !== null || this.#stopped()) return;
    this.#looking = this.#look().finally(() => (this.#looking = null));
    owned(this.#looking, this.#log, this.#what);
  }

  /** Resolves when no look is under way. */
  async whenIdle(): Promise<void> {
    await this.#looking?.catch(() => undefined);
  }

  async #look(): Promise<void> {
    while (this.#asked && !this.#stopped()) {
      this.#asked = false;
      if (await this.#once()) this.#asked = true;
    }
  }
}
