import type { Role } from "./cases.js";
import type { Failpoint, When } from "./failpoint.js";

/** What a process is to do: a line of JSON. */
export interface Orders {
  readonly database: string;
  readonly role: Role;
  readonly flow: string;
  readonly runId: string;
  readonly input: unknown;
  /** The file in which bodies leave their traces. */
  readonly effects: string;
  readonly dies: { readonly at: Failpoint; readonly when: When } | null;
}

/** Instead of orders: let go of everything, and wait for others. */
export const LEAVE = "leave";

/** The process says on standard output that it is connected, that it has left, that it dies. */
export const READY = "ready";
export const LEFT = "left";
export const FIRED = "fired";
/** What a line begins with that names what was logged in the last moment. */
export const UNHEARD = "unheard ";

export const WORKER = {
  pollMs: 50,
  leaseMs: 600,
  parkedMs: 40,
  queues: ["default", "heavy"],
  signals: false,
} as const;
