import type { Rule } from "../rule.js";
import { calledWorkflow } from "./called-workflow.js";
import { clock } from "./clock.js";
import { dateText } from "./date-text.js";
import { discardedCallbacks } from "./discarded-callbacks.js";
import { dynamicCode } from "./dynamic-code.js";
import { environment } from "./environment.js";
import { floating } from "./floating.js";
import { foreignPromise } from "./foreign-promise.js";
import { globalPromise } from "./global-promise.js";
import { io } from "./io.js";
import { logging } from "./logging.js";
import { misplacedApi } from "./misplaced-api.js";
import { pending } from "./pending.js";
import { randomness } from "./randomness.js";
import { sharedMemory } from "./shared-memory.js";
import { sharedState } from "./shared-state.js";
import { sourceText } from "./source-text.js";
import { timers } from "./timers.js";
import { topLevelAwait } from "./top-level-await.js";
import { unknownApi } from "./unknown-api.js";
import { unresolvedCall } from "./unresolved-call.js";
import { unresolvedImport } from "./unresolved-import.js";

/** What must hold for the code to mean what it says; checked even where the analysis is off. */
export const structureRules: readonly Rule[] = [globalPromise, topLevelAwait, misplacedApi, calledWorkflow];

/** What must hold for a replay to walk the same way. */
export const determinismRules: readonly Rule[] = [
  clock,
  randomness,
  timers,
  io,
  environment,
  logging,
  dynamicCode,
  sharedState,
  sharedMemory,
  unknownApi,
  unresolvedCall,
  unresolvedImport,
  foreignPromise,
  discardedCallbacks,
  floating,
  pending,
  dateText,
  sourceText,
];
