export { ABI } from "./abi.js";
export { canonicalJson } from "./canonical-json.js";
export { RUNTIME_ENTRY, AUTHORING_ENTRY } from "./compiled-entry.js";
export type {
  ActivityCall,
  ActivityCallOptions,
  ChildCallOptions,
  ChildReference,
  CompiledEntry,
  LogLevel,
  WorkflowBody,
} from "./compiled-entry.js";
export { DEFAULT_RETRY } from "./retry.js";
export type { Backoff, RetryOptions } from "./retry.js";
export { loadedDigests, MODULE_REGISTRY } from "./module-registry.js";
export { sha256 } from "./sha256.js";
export type { EffectKind, Site, SiteKey, WorkflowManifest } from "./manifest.js";
export type { CompiledWorkflow } from "./manifest.js";
