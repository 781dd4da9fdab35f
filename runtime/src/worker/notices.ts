import type { Site } from "@continuum/contract";
import type { HistoryEvent } from "../core/events.js";
import type { Seq } from "../core/ids.js";
import type { Notice, Observer } from "../telemetry/observer.js";
import type { Definition } from "../versions/version-index.js";
import type { LiveRun } from "./live-run.js";

/** Turns what happened into what people see. Costs nothing while nobody looks. */
export class Notices {
  readonly #observer: Observer | null;
  readonly #sites = new WeakMap<Definition, ReadonlyMap<string, Site>>();
  /** Sites of commands whose outcome is still to come. */
  readonly #pending = new WeakMap<LiveRun, Map<Seq, string>>();

  constructor(observer: Observer | null) {
    this.#observer = observer;
  }

  say(notice: Notice): void {
    this.#observer?.(notice);
  }

  events(run: LiveRun, events: readonly HistoryEvent[], replayed: boolean): void {
    const observer = this.#observer;
    if (observer === null) return;
    const workflow = run.definition.compiled.manifest.name;
    for (const event of events) {
      observer({
        kind: "event",
        runId: run.runId,
        workflow,
        event,
        site: this.#siteOf(run, event),
        replayed,
      });
    }
  }

  #siteOf(run: LiveRun, event: HistoryEvent): Site | null {
    let pending = this.#pending.get(run);
    if (pending === undefined) this.#pending.set(run, (pending = new Map<Seq, string>()));
    if ("site" in event) {
      pending.set(event.seq, event.site);
      return this.#sitesOf(run.definition).get(event.site) ?? null;
    }
    if (!("command" in event)) return null;
    const id = pending.get(event.command);
    pending.delete(event.command);
    return id === undefined ? null : (this.#sitesOf(run.definition).get(id) ?? null);
  }

  #sitesOf(definition: Definition): ReadonlyMap<string, Site> {
    let sites = this.#sites.get(definition);
    if (sites === undefined) {
      sites = new Map(Object.values(definition.compiled.manifest.sites).map((site) => [site.id, site]));
      this.#sites.set(definition, sites);
    }
    return sites;
  }
}
