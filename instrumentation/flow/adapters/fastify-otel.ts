// fastify, by its authors' @fastify/otel: a plugin that patches nothing. It wraps what `addHook` and routes are given,
// and starts the request's span in a hook of its own.
import type { Adapter } from "../adapter.js";
import type { Frame } from "../frames.js";
import { type Layers, layersOf } from "../layers.js";
import { answering, hookThatEndsEarly, rawOfReply, unanswered } from "../middleware.js";
import { goingOn, layHook } from "../patch-methods.js";
import { makeCall, type RawCall, type Shape } from "../shape.js";
import { gateCallback, gatePromise, isAsync, isPromise, promises } from "../shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

interface Instance {
  addHook: AnyFunction;
}

type Route = Record<string, unknown>;

const scope = "@fastify/otel";

const lifecycle = new Set([
  ...["onRequest", "preParsing", "preValidation", "preHandler"],
  ...["preSerialization", "onSend", "onResponse", "onError"],
]);

const endsAtReturn = "its span ends as it returns, and what it does may go on. Make it async";

// A handler that is not async may send its reply later: nothing may be given back that fastify would wait for.
const plainHandler: Shape = {
  putOff(call, latch) {
    latch.whenOpen(() => {
      try {
        const result = makeCall(call);
        if (isPromise(result)) result.then((value) => reply(call, value), sendTo(call));
        else reply(call, result);
      } catch (error) {
        sendTo(call)(error);
      }
    });
    return undefined;
  },
  gateResult: gatePromise,
  notBehind: endsAtReturn,
};

function reply(call: RawCall, value: unknown): void {
  if (value !== undefined) sendTo(call)(value);
}

function sendTo({ args }: RawCall): (value: unknown) => void {
  const target = args[1] as { send(value: unknown): void };
  return (value) => target.send(value);
}

export const fastifyOtel: Adapter = {
  scope,
  functions: {},
  install(instrumentation, flow) {
    const target = instrumentation as unknown as { plugin?: () => AnyFunction };
    const { plugin: make } = target;
    if (make) target.plugin = () => layPlugin(make.call(target), layersOf(scope, flow));
  },
  docs: {
    driver: "fastify (@fastify/otel)",
    tested: "fastify 5",
    spans: "`request`, `<hook> - <name>`, `handler - <name>`",
    before: "the hook, the handler, or all of them (`request`) are not called yet",
    after:
      "the hook has gone on, and what comes next is not called yet; a hook that is not async has answered instead, and its answer stays back; an async handler's result, or the whole reply (`request`), waits",
    unsupported: `\`after\` a handler that is not async: its span ends as it returns; ${unanswered}; handlers of what is not found`,
  },
};

function layPlugin(plugin: AnyFunction, layers: Layers): AnyFunction {
  return new Proxy(plugin, {
    apply(target, self, args: unknown[]) {
      const instance = args[0] as Instance;
      const requests = new WeakMap<object, Frame>();
      const { addHook } = instance;
      // What the plugin takes for fastify's own.
      instance.addHook = function (this: unknown, name, added, ...rest) {
        return Reflect.apply(addHook, this, [name, layAdded(String(name), added, layers, requests), ...rest]);
      };
      const result = Reflect.apply(target, self, args);
      const { addHook: patched } = instance;
      instance.addHook = function (this: unknown, name, added, ...rest) {
        const isLaid = lifecycle.has(String(name)) && typeof added === "function";
        const raw = isLaid ? layers.under(added as AnyFunction, shapeOfHook(added as AnyFunction)) : added;
        return Reflect.apply(patched, this, [name, raw, ...rest]);
      };
      return result;
    },
  });
}

function shapeOfHook(raw: AnyFunction): Shape {
  return isAsync(raw) ? promises : answering(hookThatEndsEarly, rawOfReply);
}

// The plugin's own hooks are known by their names.
function layAdded(name: string, added: unknown, layers: Layers, requests: WeakMap<object, Frame>): unknown {
  if (typeof added !== "function") return added;
  const fn = added as AnyFunction;
  if (fn.name === "otelWireRoute") return layRoutes(fn, layers, requests);
  if (fn.name === "startRequestSpanHook") {
    return layHook(fn, layers, ([request]) => ({
      ...goingOn,
      gateCall: ({ frame }) => void (frame && requests.set(request as object, frame)),
    }));
  }
  return lifecycle.has(name) && fn.name === "handlerWrapped" ? layers.over(fn, promises) : fn;
}

function layRoutes(wire: AnyFunction, layers: Layers, requests: WeakMap<object, Frame>): AnyFunction {
  return function otelWireRoute(this: unknown, options) {
    const route = options as Route;
    const laid = ["handler", ...lifecycle].map((key) => layUnder(route, key, layers));
    const result = Reflect.apply(wire, this, [options]);
    for (const finish of laid) finish(requests);
    return result;
  };
}

// Puts layers under a route's functions; what it gives back puts those over what the plugin has made of them.
function layUnder(route: Route, key: string, { flow, under, over }: Layers) {
  const raw = listOf(route[key]);
  const gated = raw.map((fn) => under(fn, shapeOf(key, fn)));
  if (raw.length > 0) route[key] = Array.isArray(route[key]) ? gated : gated[0];
  return (requests: WeakMap<object, Frame>) => {
    const patched = listOf(route[key]).map((fn, at) => {
      const original = raw[at];
      if (!original) return fn.name === "finalizeResponseSpanHook" ? layFinalizer(fn, flow, requests) : fn;
      return fn === gated[at] ? original : over(fn, shapeOf(key, original));
    });
    if (patched.length > 0) route[key] = Array.isArray(route[key]) ? patched : patched[0];
  };
}

function shapeOf(key: string, raw: AnyFunction): Shape {
  if (key !== "handler") return shapeOfHook(raw);
  return isAsync(raw) ? promises : plainHandler;
}

function listOf(value: unknown): AnyFunction[] {
  return [value].flat().filter((item): item is AnyFunction => typeof item === "function");
}

// Ends the request's span, and goes on to send the reply.
function layFinalizer(finalize: AnyFunction, flow: Layers["flow"], requests: WeakMap<object, Frame>): AnyFunction {
  return new Proxy(finalize, {
    apply(target, self, args: unknown[]) {
      const frame = flow.comesToRest() ? undefined : requests.get(args[0] as object);
      const next = args.at(-1);
      if (!frame || typeof next !== "function") return Reflect.apply(target, self, args);
      return Reflect.apply(target, self, args.with(-1, gateCallback(next as AnyFunction, frame)));
    },
  });
}
