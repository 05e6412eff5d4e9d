// The agent: what lives in a thread under test. Loaded by the preload, before the application's first line.
import { join } from "node:path";
import { isMainThread, threadId } from "node:worker_threads";
import { type AgentConfig, readConfig } from "./config.js";
import { Frames } from "./frames.js";
import { modes, ThreadGate } from "./gate.js";
import { Identities } from "./identity.js";
import { Link } from "./link/link.js";
import { watchListening } from "./listening.js";
import { RuleBook } from "./rules.js";
import { sandwich } from "./sandwich.js";
import { startSdk } from "./sdk.js";
import { GateSpanProcessor } from "./span-processor.js";

const protocol = 1;

const config = readConfig(process.env);
if (config) start(config);

function start(config: AgentConfig): void {
  const book = new RuleBook(config.service);
  const identities = new Identities(book);
  const gate = new ThreadGate(() => link);
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
  });
  const isArmed = () => {
    link.readNews();
    return !book.isEmpty;
  };
  const frames: Frames<Parameters<GateSpanProcessor["meetStart"]>[0]> = new Frames((span) => processor.meetStart(span));
  const processor = new GateSpanProcessor({ book, identities, frames, gate, refresh: () => link.readNews() });
  startSdk(config.service, processor, (instrumentation) => sandwich(instrumentation, frames, isArmed));
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
    modes,
    versions: { spangate: SPANGATE_VERSION, node: process.versions.node },
  };
}

function giveUp({ address }: AgentConfig, reason: string): never {
  process.stderr.write(
    `spangate: cannot attach to the coordinator at ${address}: ${reason}. Start it first, or unset SPANGATE_ADDRESS to run without spangate.\n`,
  );
  process.exit(1);
}
