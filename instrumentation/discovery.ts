// What spans there are while somebody asks, whosever they are. Every span then goes the way of one that is held, up to
// the hold itself: what a gate would say is known, and not guessed. Nothing waits.
import { SpanKind } from "@opentelemetry/api";
import { toMachine } from "../src/machine-clock.js";
import { bytesOfSort, sortToWire } from "../src/wire/discovery.js";
import { momentOf } from "./attach/private-fields.js";
import type { LinkEvent } from "./link/agent-link.js";
import { portions } from "./portions.js";
import { now, setImmediate } from "./real-time.js";
import { type Note, SeenSorts } from "./seen-sorts.js";
import { kindOf, type SpanView } from "./span-facts.js";
import type { Trace } from "./trace.js";

type Discovered = Extract<LinkEvent, { readonly $case: "discovered" }>["value"];

/** One span, from its start gate on. */
interface Sighting {
  readonly startMs: number;
  readonly before: Note;
}

export class Discovery {
  readonly #send: (discovered: Discovered) => void;
  readonly #refusesThreads: () => string | undefined;
  readonly #sorts = new SeenSorts();
  readonly #underWay = new WeakMap<Trace, Sighting>();
  #isDue = false;

  constructor(send: (discovered: Discovered) => void, refusesThreads: () => string | undefined) {
    this.#send = send;
    this.#refusesThreads = refusesThreads;
  }

  /**
   * A span meets a gate.
   * @param refusal why its flow cannot be held there; `undefined` when it can
   */
  meet(trace: Trace, phase: "before" | "after", view: SpanView, refusal: string | undefined): void {
    const note: Note = {
      ...{ name: view.name, flowRefusal: refusal, threadRefusal: this.#refusesThreads() },
      attributes: view.attributes,
    };
    if (phase === "before") this.#begin(trace, note);
    else this.#end(trace, note);
  }

  /** Nobody will ever stand at the end of the span. */
  refuseEndless(trace: Trace, refusal: string): void {
    const { name, attributes } = trace.span;
    this.#end(trace, { name, flowRefusal: refusal, threadRefusal: refusal, attributes });
  }

  /** Tells what was seen since the last time. */
  flush(): void {
    const { sorts, dropped } = this.#sorts.take();
    if (sorts.length + dropped === 0) return;
    const atMs = toMachine(now());
    const [first = [], ...rest] = portions(sorts.map(sortToWire), bytesOfSort);
    this.#send({ sorts: first, dropped, atMs });
    for (const more of rest) this.#send({ sorts: more, dropped: 0, atMs });
  }

  #begin(trace: Trace, before: Note): void {
    const sighting = {
      startMs: momentOf(trace.span, "before"),
      before: { ...before, attributes: { ...before.attributes } },
    };
    this.#underWay.set(trace, sighting);
    this.#note(trace, sighting, undefined);
  }

  #end(trace: Trace, after: Note): void {
    const sighting = this.#underWay.get(trace);
    // One that began before anybody asked, or ends twice.
    if (!sighting) return;
    this.#underWay.delete(trace);
    this.#note(trace, sighting, after);
  }

  #note({ span, gates }: Trace, { startMs, before }: Sighting, after: Note | undefined): void {
    const isNew = this.#sorts.note(gates.observed?.values ?? [], {
      ...{ before, after, hold: gates.mode, kind: kindOf(span), scope: span.instrumentationScope.name },
      ...{ root: span.parentSpanContext === undefined, firstAtMs: toMachine(startMs) },
    });
    // Figures wait for those of the same turn of the event loop, and no longer; but none for what goes out: whoever has
    // an answer may end the process.
    if (isNew || (after && leaves(span))) this.flush();
    else if (!this.#isDue && this.#sorts.haveNews) {
      this.#isDue = true;
      setImmediate(() => {
        this.#isDue = false;
        this.flush();
      });
    }
  }
}

/** True for a span whose end others see. */
function leaves({ kind }: Trace["span"]): boolean {
  return kind === SpanKind.SERVER || kind === SpanKind.CONSUMER;
}
