import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/*
 * The world outside the database: a bank and a warehouse, each a file of JSON lines. It knows nothing of runs and replays,
 * so it shows what really happened, and how often.
 */
const folder = process.env["ORDER_WORLD"] ?? ".data/world";

export interface Entry {
  readonly kind: string;
  readonly orderId?: string;
  readonly id?: string;
  readonly amount?: number;
  readonly trackingId?: string;
}

export async function book(place: "bank" | "warehouse", entry: Entry): Promise<void> {
  await mkdir(folder, { recursive: true });
  await appendFile(join(folder, `${place}.jsonl`), `${JSON.stringify(entry)}\n`);
}

export async function entries(place: "bank" | "warehouse"): Promise<readonly Entry[]> {
  const text = await readFile(join(folder, `${place}.jsonl`), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    },
  );
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Entry);
}
