// bullmq with bullmq-otel. No instrumentation patches it: it asks the telemetry object that it is given for its spans,
// and makes each traced call through that object's context manager. That is where the gates stand.
import { type Context, trace as tracing } from "@opentelemetry/api";
import { type Trace, traceOf } from "../../trace.js";
import type { Adapter } from "../adapter.js";
import type { Flow } from "../flow.js";
import { gatePromise, isPromise } from "../shapes.js";

/** What is used of a `BullMQOtel`. */
export interface Telemetry {
  readonly tracer: { startSpan(...args: unknown[]): unknown };
  readonly contextManager: { with(context: Context, call: () => unknown): unknown };
}

/** Puts gates into a telemetry object. @param scope the name of its tracer */
export function gateTelemetry({ tracer, contextManager }: Telemetry, scope: string, flow: Flow): void {
  const { startSpan } = tracer;
  tracer.startSpan = (...args) => {
    if (flow.isAtRest || flow.comesToRest()) return startSpan.apply(tracer, args);
    const frame = flow.frames.push(scope);
    try {
      return startSpan.apply(tracer, args);
    } finally {
      flow.frames.pop(frame);
    }
  };
  const enter = contextManager.with;
  contextManager.with = (context, call) => {
    const make = () => enter.call(contextManager, context, call);
    const trace = traceIn(context);
    if (!trace || trace.startIsMet || trace.frame?.scope !== scope) return make();
    const hold = flow.meetStart(trace, undefined);
    return gateEnd(hold ? hold.opened.then(make) : make(), trace, flow);
  };
}

function traceIn(context: Context): Trace | undefined {
  const span = tracing.getSpan(context);
  return span && traceOf(span);
}

// The span ends when the caller has the result, so its end gate is met in front of that.
function gateEnd(result: unknown, trace: Trace, flow: Flow): unknown {
  if (!trace.frame || !isPromise(result) || !trace.gates.mayAskForFlow("after")) return result;
  const met = result.finally(() => flow.meetEnd(trace, trace.span));
  return gatePromise(met, trace.frame);
}

/** The name of a `BullMQOtel`'s tracer, by the arguments of its constructor. */
export function tracerNameOf([options]: readonly unknown[]): string {
  if (typeof options === "string") return options;
  return (options as { tracerName?: string } | undefined)?.tracerName ?? bullmq.scope;
}

export const bullmq: Adapter = {
  scope: "bullmq",
  functions: {},
  docs: {
    driver: "bullmq with bullmq-otel",
    instrumentedBy: "bullmq-otel, which queues and workers get as their `telemetry`",
    tested: "bullmq 6, bullmq-otel 2",
    spans: "`add <queue>.<job>`, `process <queue>`",
    before:
      "`add <queue>.<job>`: the job is not in the queue. `process <queue>`: the worker has the job and its lock, and the processor is not called",
    after:
      "`add <queue>.<job>`: the job is in the queue, and the caller of add does not know it; a worker may already have it. `process <queue>`: the job is completed or failed, and the worker does not go on",
    unsupported:
      "a job of a worker or queue without `telemetry`: it has no span and carries no actor. A retried or delayed job belongs to its actor, but nothing is known of it while it waits in the queue",
  },
};
