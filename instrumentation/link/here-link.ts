// The link of an agent in the test's own process: direct calls into every coordinator that lives there. Nothing blocks,
// because the coordinator needs the very thread that would be blocked.
import type { AgentEvent, HereAgent } from "../../src/wire/here.js";
import { queueMicrotask } from "../real-time.js";
import type { AgentLink, LinkEvent, LinkEvents } from "./agent-link.js";
import { HereAttachment } from "./here-attachment.js";

export class HereLink implements AgentLink {
  readonly refusesThreads = "the application runs in the test's own thread, which has to go on";
  readonly newsWord = new Int32Array(1);
  readonly #events: LinkEvents;
  readonly #attached = new Set<HereAttachment>();
  /** The ports that were listened on before a gateway was opened. */
  readonly #listening: LinkEvent[] = [];
  #arrivals = 0;

  constructor(events: LinkEvents) {
    this.#events = events;
  }

  get isAttached(): boolean {
    return this.#attached.size > 0;
  }

  attach(hello: AgentEvent, service: string, open: Parameters<HereAgent["attach"]>[1]): void {
    const attachment = new HereAttachment(service, {
      onRules: () => this.#tellRules(),
      onSync: () => this.#events.onSync(),
      onReleased: (ids) => this.#events.onReleased(ids),
      onGone: () => {
        this.#attached.delete(attachment);
        this.#tellRules();
        this.#events.onReleased([...attachment.waiting]);
      },
    });
    this.#attached.add(attachment);
    try {
      attachment.open(open, [hello, ...this.#listening]);
    } catch (error) {
      this.#attached.delete(attachment);
      throw error;
    }
  }

  /** News come by themselves. */
  readNews(): void {}

  post(event: LinkEvent): void {
    if (event.$case === "listening") this.#listening.push(event);
    for (const attachment of this.#attached) attachment.tell(event);
  }

  hold(): void {}

  arrive(arrival: (id: number) => readonly LinkEvent[]): number {
    this.#arrivals += 1;
    const id = this.#arrivals;
    const events = arrival(id);
    for (const attachment of this.#attached) for (const event of events) attachment.tell(event);
    // Its run is over, and nobody else would let it go.
    if (![...this.#attached].some(({ waiting }) => waiting.has(id)))
      queueMicrotask(() => this.#events.onReleased([id]));
    return id;
  }

  /** A gateway that is open keeps the process running. */
  keepAlive(): void {}

  #tellRules(): void {
    const all = [...this.#attached];
    const asked = all.flatMap(({ discovery }) => discovery ?? []);
    const discovery = asked.length > 0 ? { values: asked.flatMap(({ values }) => values) } : undefined;
    this.#events.onRules(
      all.flatMap(({ actors }) => actors),
      discovery,
    );
    this.newsWord[0] = (this.newsWord[0] ?? 0) + 1;
  }
}
