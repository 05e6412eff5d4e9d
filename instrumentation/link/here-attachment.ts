// One coordinator of this process, as the agent sees it: which runs are its own, and which flows wait for it.
import { AsyncLocalStorage } from "node:async_hooks";
import { died } from "../../src/core/departure.js";
import type { DiscoveryRequest } from "../../src/core/discovery.js";
import type { ActorRules, SpanMatch } from "../../src/core/model.js";
import type { RuleSet } from "../../src/gen/spangate/v1/model.js";
import { discoveryFromWire } from "../../src/wire/discovery.js";
import type { AgentCommand, HereAgent, HereSession } from "../../src/wire/here.js";
import { rulesFromWire } from "../../src/wire/spans.js";
import { queueMicrotask, setImmediate } from "../real-time.js";
import type { LinkEvent, LinkEvents } from "./agent-link.js";

// The coordinator's work belongs to no actor, whoever has caused it.
const outside = AsyncLocalStorage.snapshot();

export class HereAttachment {
  /** The rules of its runs that concern this process. */
  actors: readonly ActorRules[] = [];
  /** Set while it asks what spans there are. */
  discovery: DiscoveryRequest | undefined;
  /** The arrivals that it has not released. */
  readonly waiting = new Set<number>();
  readonly #service: string;
  readonly #events: LinkEvents;
  readonly #queue: LinkEvent[] = [];
  #runs: ReadonlySet<string> = new Set();
  #session: HereSession | undefined;

  constructor(service: string, events: LinkEvents) {
    this.#service = service;
    this.#events = events;
  }

  open(open: Parameters<HereAgent["attach"]>[1], first: readonly LinkEvent[]): void {
    const session = outside(() => open((command) => this.#obey(command)));
    this.#session = session;
    for (const event of first) session.receive({ event });
  }

  /** Tells the part of an event that is its own. */
  tell(event: LinkEvent): void {
    const own = this.#ownOf(event);
    if (!own) return;
    if (own.$case === "arrived") this.waiting.add(own.value.id);
    // Never at once: an arrival's release must not come before its flow waits.
    if (this.#queue.push(own) === 1) queueMicrotask(() => outside(() => this.#deliver()));
  }

  #ownOf(event: LinkEvent): LinkEvent | undefined {
    switch (event.$case) {
      case "arrived":
      case "unsupported":
        return this.#runs.has(event.value.runId) ? event : undefined;
      case "withdrawn":
        return this.waiting.delete(event.value.id) ? event : undefined;
      case "passed": {
        const spans = event.value.spans.filter(({ runId }) => this.#runs.has(runId));
        const { dropped, atMs } = event.value;
        return spans.length + dropped > 0 ? { $case: "passed", value: { spans, dropped, atMs } } : undefined;
      }
      case "discovered":
        return this.discovery && event;
      default:
        return event;
    }
  }

  #deliver(): void {
    try {
      for (let event = this.#queue.shift(); event; event = this.#queue.shift()) this.#session?.receive({ event });
    } catch (error) {
      this.#session?.end(died(String(error)));
      this.#leave();
    }
  }

  #obey(command: AgentCommand): void {
    switch (command.$case) {
      case "welcome":
        return command.value.rules && this.#apply(command.value.rules);
      case "rules":
        return this.#apply(command.value);
      case "release":
        for (const id of command.value.ids) this.waiting.delete(id);
        return this.#events.onReleased(command.value.ids);
      case "sync":
        return this.#sync(command.value.number);
      case "stop":
        return this.#leave();
    }
  }

  // Flows that were released just now go on first.
  #sync(number: number): void {
    setImmediate(() => {
      const shortages = [...this.#events.onSync()];
      this.tell({ $case: "synced", value: { number, shortages } });
    });
  }

  #apply(rules: RuleSet): void {
    const actors = rulesFromWire(rules);
    this.#runs = new Set(actors.map(({ runId }) => runId));
    this.actors = actors.map((actor) => ({
      ...actor,
      rules: actor.rules.flatMap(({ span, ...rule }) => this.#ifHere(span).map((here) => ({ ...rule, span: here }))),
      adopt: actor.adopt && this.#ifHere(actor.adopt)[0],
    }));
    this.discovery = discoveryFromWire(rules);
    this.#events.onRules(this.actors, this.discovery);
    this.tell({ $case: "rulesApplied", value: { version: rules.version } });
  }

  // Gateways may give this process different names, so the service is looked at here, and not at the gates.
  #ifHere({ service, ...span }: SpanMatch): readonly SpanMatch[] {
    return service === undefined || service === this.#service ? [{ ...span, service: undefined }] : [];
  }

  #leave(): void {
    this.#session = undefined;
    this.#runs = new Set();
    this.actors = [];
    this.discovery = undefined;
    this.#events.onGone();
  }
}
