// The agent: what lives in a thread under test. Loaded by the preload, before the application's first line.
import { join } from "node:path";
import { isMainThread, threadId } from "node:worker_threads";
import { modeToWire } from "../src/wire/spans.js";
import { type AgentConfig, readConfig } from "./config.js";
import { gateActiveSpans } from "./flow/active-spans.js";
import { adapterOf } from "./flow/adapters/index.js";
import { BullmqTelemetry } from "./flow/bullmq-telemetry.js";
import { Flow } from "./flow/flow.js";
import { Holds } from "./flow/holds.js";
import { sandwich } from "./flow/sandwich.js";
import { Gate } from "./gate.js";
import { Identities } from "./identity.js";
import { Link } from "./link/link.js";
import { watchListening } from "./listening.js";
import { RuleBook } from "./rules.js";
import { startSdk } from "./sdk.js";
import { GateSpanProcessor } from "./span-processor.js";

const protocol = 1;

const config = readConfig(process.env);
if (config) start(config);

function start(config: AgentConfig): void {
  const book = new RuleBook(config);
  const identities = new Identities(book);
  const gate = new Gate(
    () => link,
    () => holds,
    ({ gates, span }) => {
      link.readNews();
      return book.byTrace(span.spanContext().traceId) === gates;
    },
  );
  // First of all, so that it connects while everything else is loaded.
  const link = new Link(config, join(__dirname, "worker.cjs"), helloOf(config), {
    onRules: (actors) => {
      book.replace(actors);
      identities.forget();
    },
    onSync: (number) => {
      gate.flush();
      link.post({ $case: "synced", value: { number } });
    },
    onReleased: (ids) => holds.release(ids),
    onGone: () => holds.releaseAll(),
  });
  const holds = new Holds(link);
  const readNews = () => {
    link.readNews();
    return !book.isEmpty;
  };
  const flow = new Flow(gate, { news: link.newsWord, read: readNews });
  const processor = new GateSpanProcessor({ book, identities, flow, gate, refresh: () => link.readNews() });
  // Before the hooks for ES modules are closed to others.
  new BullmqTelemetry(flow);
  startSdk(config.service, {
    processor,
    prepareProvider: (provider) => gateActiveSpans(provider, flow),
    prepare: (instrumentation) => sandwich(instrumentation, flow, adapterOf(instrumentation.instrumentationName)),
    concerns: (parent, traceId) => readNews() && identities.findBy(parent, traceId) !== undefined,
  });
  watchListening((port) => link.post({ $case: "listening", value: { port } }));
  // Released when the coordinator is gone: a thread must not stop any more then.
  process.on("exit", () => {
    gate.flush();
    link.sayGoodbye();
  });
  const failure = link.awaitWelcome();
  if (failure !== undefined) giveUp(config, failure);
}

function helloOf({ service }: AgentConfig) {
  return {
    protocol,
    service,
    pid: process.pid,
    thread: isMainThread ? 0 : threadId,
    modes: [modeToWire("thread"), modeToWire("flow")],
    versions: { spangate: SPANGATE_VERSION, node: process.versions.node },
  };
}

function giveUp({ address }: AgentConfig, reason: string): never {
  process.stderr.write(
    `spangate: cannot attach to the coordinator at ${address}: ${reason}. Start it first, or unset SPANGATE_ADDRESS to run without spangate.\n`,
  );
  process.exit(1);
}
