/*
 * What every journal must do. An adapter's test calls it once; nothing in here knows which adapter it is.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { activityKeys } from "./activity-keys.conformance.js";
import { birthsAndClaims } from "./births-and-claims.conformance.js";
import { cancels } from "./cancels.conformance.js";
import { chains } from "./chains.conformance.js";
import { children } from "./children.conformance.js";
import { heartbeats } from "./heartbeats.conformance.js";
import { senders } from "./senders.conformance.js";
import { suspects } from "./suspects.conformance.js";
import { tasks } from "./tasks.conformance.js";
import { turns } from "./turns.conformance.js";
import { Workbench, type Subject } from "./workbench.conformance.js";

export type { Subject } from "./workbench.conformance.js";

/** Runs the suite. `open` gives an empty journal each time. */
export function journalConformance(name: string, open: () => Promise<Subject>): void {
  describe(`the journal ${name}`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());
    const bench = (): Workbench => new Workbench(subject);

    birthsAndClaims(bench);
    turns(bench);
    tasks(bench);
    suspects(bench);
    senders(bench);
    cancels(bench);
    chains(bench);
    children(bench);
    activityKeys(bench);
    heartbeats(bench);

    it("says so when it is used after it was closed", async () => {
      await subject.journal.close();
      await expect(subject.journal.clock()).rejects.toMatchObject({ code: "CTM5005" });
    });
  });
}
