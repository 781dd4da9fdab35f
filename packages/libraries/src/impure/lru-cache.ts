import { workflow } from "@continuum/runtime/workflow";
import { LRUCache } from "lru-cache";

export const lruCacheFlow = workflow(
  { version: 1 },
  async () => new LRUCache<string, string>({ max: 10 }).size,
);
