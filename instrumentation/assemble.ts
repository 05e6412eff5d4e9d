// What every agent consists of, whatever its link to the coordinator.
import { gateActiveSpans } from "./flow/active-spans.js";
import { adapterOf } from "./flow/adapters/index.js";
import { BullmqTelemetry } from "./flow/bullmq-telemetry.js";
import { Flow } from "./flow/flow.js";
import { Holds } from "./flow/holds.js";
import { sandwich } from "./flow/sandwich.js";
import { Gate } from "./gate.js";
import { Identities } from "./identity.js";
import type { AgentLink, LinkEvents } from "./link/agent-link.js";
import { watchListening } from "./listening.js";
import { RuleBook, type RuleBookOptions } from "./rules.js";
import { tellShortages } from "./scarcity.js";
import { startSdk } from "./sdk.js";
import { GateSpanProcessor } from "./span-processor.js";

/** @param open makes the link; it comes first of all, so that it connects while everything else is loaded */
export function assemble<Link extends AgentLink>(
  options: RuleBookOptions,
  open: (events: LinkEvents) => Link,
): { readonly link: Link; readonly gate: Gate } {
  const book = new RuleBook(options);
  const identities = new Identities(book);
  const gate = new Gate(
    () => link,
    () => holds,
    ({ span }) => {
      link.readNews();
      return book.byTrace(span.spanContext().traceId);
    },
  );
  const link = open({
    onRules: (actors, discovery) => {
      book.replace(actors, discovery);
      identities.forget();
    },
    onSync() {
      gate.flush();
      return tellShortages();
    },
    onReleased: (ids) => holds.release(ids),
    onGone: () => holds.releaseAll(),
  });
  const holds = new Holds(link);
  const readNews = () => {
    link.readNews();
    return !book.isEmpty;
  };
  const flow = new Flow(gate, { news: link.newsWord, read: readNews }, () => identities.current());
  const processor = new GateSpanProcessor({ book, identities, flow, gate, refresh: () => link.readNews() });
  // Before the hooks for ES modules are closed to others.
  new BullmqTelemetry(flow);
  startSdk(options.service, {
    processor,
    prepareProvider: (provider) => gateActiveSpans(provider, flow),
    prepare: (instrumentation) => sandwich(instrumentation, flow, adapterOf(instrumentation.instrumentationName)),
    concerns: (parent, traceId) => readNews() && (book.isObserving || identities.findBy(parent, traceId) !== undefined),
  });
  watchListening((port) => link.post({ $case: "listening", value: { port } }));
  return { link, gate };
}
