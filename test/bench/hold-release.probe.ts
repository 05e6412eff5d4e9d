// The process under test of hold-release.ts.
import { type Context, propagation, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";
import { type Echo, grpcEcho, type MessageSizes, rawEcho } from "./support/echo.ts";
import { answerQuestions } from "./support/pair.ts";

export type Question =
  | {
      readonly type: "connect";
      readonly grpcAddress: string;
      readonly rawAddress: string;
      readonly sizes: MessageSizes;
    }
  | { readonly type: "echo"; readonly kind: "grpc" | "raw"; readonly count: number }
  | {
      readonly type: "holds";
      readonly mode: "thread" | "flow";
      readonly count: number;
      readonly headers: Readonly<Record<string, string>>;
      /** Ends each span before the next one starts: a span that passed has to be told with every arrival. */
      readonly endEach: boolean;
    };

const tracer = trace.getTracer("bench");
const echoes: Partial<Record<"grpc" | "raw", Echo>> = {};

answerQuestions((question: Question) => {
  switch (question.type) {
    case "connect":
      echoes.grpc = grpcEcho(question.grpcAddress, question.sizes);
      echoes.raw = rawEcho(question.rawAddress, question.sizes);
      return true;
    case "echo":
      return echoes[question.kind]?.measure(question.count);
    case "holds":
      return measureHolds(question);
  }
});

async function measureHolds({ mode, count, headers, endEach }: Question & { type: "holds" }): Promise<number[]> {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const start = mode === "thread" ? startInThread : startInFlow;
  const times: number[] = [];
  const spans: Span[] = [];
  for (let at = 0; at < count; at++) {
    const startedAt = performance.now();
    const span = await start(parent);
    times.push((performance.now() - startedAt) * 1_000);
    if (endEach) span.end();
    else spans.push(span);
  }
  for (const span of spans) span.end();
  await tracer.startActiveSpan("last", {}, parent, async (span) => span.end());
  return times;
}

function startInThread(parent: Context): Span {
  return tracer.startSpan("probe", {}, parent);
}

// Where the function begins, the hold is over.
function startInFlow(parent: Context): Promise<Span> {
  const { promise, resolve } = Promise.withResolvers<Span>();
  void tracer.startActiveSpan("probe", {}, parent, async (span) => resolve(span));
  return promise;
}
