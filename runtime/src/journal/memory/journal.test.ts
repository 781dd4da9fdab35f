import { journalConformance } from "../conformance/journal-suite.conformance.js";
import { openJournal } from "../open.js";

journalConformance("in memory", async () => {
  const { journal, reader, wakeUps } = await openJournal({ database: "memory:" });
  return {
    journal,
    reader,
    close: async () => {
      await journal.close();
      await wakeUps.close();
    },
  };
});
