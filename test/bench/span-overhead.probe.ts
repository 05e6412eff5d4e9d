// The process under test of span-overhead.ts.
import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import { type Context, propagation, ROOT_CONTEXT, type Tracer, trace } from "@opentelemetry/api";
import { answerQuestions } from "./support/pair.ts";

export type Headers = Readonly<Record<string, string>>;

export interface Question {
  /** The identity by the block's name. */
  readonly actors: Readonly<Record<string, Headers>>;
  readonly rounds: number;
}

/** One round: a block of each, by name; `base` has no processor. */
export type Blocks = Record<string, Block>;

export interface Block {
  /** One span's start and end. */
  readonly spanNs: number;
  /** What the event loop does for one span afterwards, where ten of them passed in one turn of it. */
  readonly tellingNs: number;
}

// The very copy that the agent uses: the SDK's build for ECMAScript modules is another one, and faster.
const { AlwaysOnSampler, TracerProvider } = createRequire(import.meta.url)(
  "@opentelemetry/sdk-trace",
) as typeof import("@opentelemetry/sdk-trace");

const spans = 20_000;
const warmUp = 10;
const turns = 40;
const spansPerTurn = 10;

answerQuestions(async ({ actors, rounds }: Question) => {
  const plain = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [] }).getTracer("bench");
  const gated = trace.getTracer("bench");
  const [headers = {}] = Object.values(actors);
  const blocks: [string, Tracer, Context][] = [
    ["base", plain, contextOf(headers)],
    ...Object.entries(actors).map(([name, own]): [string, Tracer, Context] => [name, gated, contextOf(own)]),
  ];
  const taken: Blocks[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const blocksOfRound: Blocks = {};
    for (let at = 0; at < blocks.length; at++) {
      const [name, tracer, parent] = blocks[(at + round) % blocks.length] as (typeof blocks)[number];
      const spanNs = timeSpans(tracer, parent);
      // What these spans left to be told is no part of the next block.
      await setImmediate();
      blocksOfRound[name] = { spanNs, tellingNs: await timeTelling(tracer, parent) };
    }
    if (round >= warmUp) taken.push(blocksOfRound);
  }
  return taken;
});

function contextOf(headers: Headers): Context {
  return propagation.extract(ROOT_CONTEXT, headers);
}

function timeSpans(tracer: Tracer, parent: Context): number {
  const startedAt = performance.now();
  for (let at = 0; at < spans; at++) tracer.startSpan("unmatched", {}, parent).end();
  return ((performance.now() - startedAt) * 1e6) / spans;
}

async function timeTelling(tracer: Tracer, parent: Context): Promise<number> {
  let spentMs = 0;
  for (let turn = 0; turn < turns; turn++) {
    for (let at = 0; at < spansPerTurn; at++) tracer.startSpan("unmatched", {}, parent).end();
    const startedAt = performance.now();
    await setImmediate();
    spentMs += performance.now() - startedAt;
  }
  return (spentMs * 1e6) / (turns * spansPerTurn);
}
