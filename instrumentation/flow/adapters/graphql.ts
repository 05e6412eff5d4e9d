// graphql. `execute` and resolvers may give back a promise or a value, so a held one gives a promise. The
// instrumentation assigns its resolvers to the schema's fields when it is first executed.
import type { Adapter } from "../adapter.js";
import { type Layers, layersOf } from "../layers.js";
import type { RawCall, Shape } from "../shape.js";
import { gatePromise, isPromise, promises, synchronous } from "../shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

interface Field {
  resolve?: AnyFunction | undefined;
}

interface Schema {
  getTypeMap(): Record<string, { getFields?(): Record<string, Field> }>;
}

interface Instrumented {
  _wrap(object: object, name: string, patch: unknown): unknown;
  _wrapExecuteArgs?(this: unknown, ...args: unknown[]): Record<string, unknown>;
  getConfig(): { ignoreTrivialResolveSpans?: boolean };
}

const valueAtOnce = "it is called by graphqlSync, which needs its result at once";

const promiseOrValue: Shape = {
  refuses: (call) => (isHeldInGraphqlSync(call) ? valueAtOnce : undefined),
  putOff: promises.putOff,
  gateResult(result, frame, flow) {
    if (isPromise(result)) return gatePromise(result, frame);
    if (calledBySync()) return result;
    frame.isGatedBehind = true;
    const hold = flow.meetEarlyEnd(frame);
    return hold ? hold.opened.then(() => result) : result;
  },
  notBehind: valueAtOnce,
};

const scope = "@opentelemetry/instrumentation-graphql";

export const graphql: Adapter = {
  scope,
  functions: { execute: promiseOrValue, parse: synchronous, validate: synchronous },
  install(instrumentation, flow) {
    const layers = layersOf(scope, flow);
    const target = instrumentation as unknown as Instrumented;
    const { _wrapExecuteArgs: wrapArgs } = target;
    if (!wrapArgs) return;
    target._wrapExecuteArgs = (schema, ...rest) => {
      const patched = layFields(schema as Schema | undefined, layers, () =>
        wrapArgs.call(instrumentation, schema, ...layDefault(rest, target, layers)),
      );
      const { fieldResolver } = patched;
      return typeof fieldResolver === "function"
        ? { ...patched, fieldResolver: layers.over(fieldResolver as AnyFunction, promiseOrValue) }
        : patched;
    };
  },
  docs: {
    driver: "graphql",
    tested: "graphql 16",
    spans: "`query <Name>`, `mutation <Name>`, `graphql.resolve <path>`",
    before: "the operation (`query Name`) is not executed, the resolver (`graphql.resolve a.b`) is not called yet",
    after: "the operation's or the resolver's result waits",
    unsupported: "`graphql.parse` and `graphql.validate`, and all inside graphqlSync: they give their result at once",
  },
};

// Arguments of _wrapExecuteArgs behind the schema: the resolver of fields that have none, and graphql's own for it.
const ownResolver = 5;
const defaultResolver = 7;

function layDefault(rest: unknown[], target: Instrumented, { under }: Layers): unknown[] {
  // With this option the instrumentation must see whether the resolver is graphql's own: its spans are refused then.
  if (target.getConfig().ignoreTrivialResolveSpans) return rest;
  const resolver = rest[ownResolver] ?? rest[defaultResolver];
  return typeof resolver === "function" ? rest.with(ownResolver, under(resolver as AnyFunction, promiseOrValue)) : rest;
}

const laid = new WeakSet<object>();

function layFields<T>(schema: Schema | undefined, { under, over }: Layers, patch: () => T): T {
  if (!schema || laid.has(schema)) return patch();
  laid.add(schema);
  const fields = Object.values(schema.getTypeMap())
    .flatMap((type) => Object.values(type.getFields?.() ?? {}))
    .flatMap((field) => {
      const raw = field.resolve;
      return raw ? [{ field, raw, gated: under(raw, promiseOrValue) }] : [];
    });
  for (const { field, gated } of fields) field.resolve = gated;
  try {
    return patch();
  } finally {
    for (const { field, raw, gated } of fields) {
      field.resolve = !field.resolve || field.resolve === gated ? raw : over(field.resolve, promiseOrValue);
    }
  }
}

// Looked at only where a run asks for the span: it costs a stack.
function isHeldInGraphqlSync({ frame }: RawCall): boolean {
  const { trace } = frame ?? {};
  return trace ? trace.gates.asksForFlow("before", trace.span) && calledBySync() : false;
}

function calledBySync(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  return /\b(graphqlSync|executeSync)\b/.test(stack);
}
