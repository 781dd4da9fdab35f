import { ContinuumError } from "@continuum/runtime";
import { replayDisagreements } from "@continuum/runtime/unstable-testing";
import type { Disagreement, Engine, RunId } from "@continuum/runtime/unstable-testing";

/** Replays every prefix of every history, each once, and keeps what disagreed. */
export class ReplayCheck {
  readonly #runs: ReadonlySet<RunId>;
  readonly #checked = new Map<RunId, number>();
  readonly #found: Disagreement[] = [];

  constructor(runs: ReadonlySet<RunId>) {
    this.#runs = runs;
  }

  /**
   * Checks what is new since the last time.
   *
   * @throws ContinuumError CTM4901 for all that has ever disagreed: a test that swallows one error meets it again at the end.
   */
  async check(engine: Engine): Promise<void> {
    this.#found.push(...(await replayDisagreements(engine, this.#runs, this.#checked)));
    const [first] = this.#found;
    if (first === undefined) return;
    const list = this.#found.map(
      ({ runId, workflow, text }) => `run ${runId} of workflow ${workflow}: ${text}`,
    );
    throw new ContinuumError({
      code: "CTM4901",
      message: `a replay differs from what was stored\n${list.join("\n")}`,
      hint: "workflow code gave something else the second time: look for what it reads besides its input and its effects",
      details: { runs: this.#found.map(({ runId }) => runId) },
    });
  }
}
