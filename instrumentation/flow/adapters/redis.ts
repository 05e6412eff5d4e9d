// node-redis 4 and later: a client's commands return promises; those of a transaction or pipeline are queued, and their
// exec sends them.
import type { Adapter, Patching } from "../adapter.js";
import { layer } from "../sandwich.js";
import type { Shape } from "../shape.js";
import { gatePromise, promises } from "../shapes.js";
import { QueuedCommands } from "./redis-multi.js";

type AnyFunction = (...args: unknown[]) => unknown;

const scope = "@opentelemetry/instrumentation-redis";

const command: Shape = {
  ...promises,
  // A client with options of its own is a view of the client that it was made from.
  lineOf: ({ self }) => clientOf(self),
  gateResult(result, frame) {
    const gated = gatePromise(result, frame);
    // The instrumentation looks at every result, so an error that the application ignores is no unhandled rejection.
    if (gated !== result) (gated as Promise<unknown>).catch(() => {});
    return gated;
  },
};

function clientOf(self: unknown): object {
  return (self as { _self?: object })._self ?? (self as object);
}

// Version 4 makes its commands of an executor, which the instrumentation replaces.
function patchCommands({ raw, patch, flow }: Patching): unknown {
  return function (this: unknown, config: { executor: unknown }): unknown {
    const traced = (executor: unknown) => {
      config.executor = executor;
      (patch(() => undefined) as AnyFunction)(config);
      return config.executor;
    };
    config.executor = layer(config.executor, traced, scope, command, flow);
    return Reflect.apply(raw as AnyFunction, this, [config]);
  };
}

const queued = new QueuedCommands(scope);
const patchMulti = (patching: Patching) => queued.patchMulti(patching, clientOf);
const patchExec = (patching: Patching) => queued.patchExec(patching);

export const redis: Adapter = {
  scope,
  functions: {
    sendCommand: command,
    connect: {
      ...promises,
      refuses: () => "the driver tells everyone that it connects as soon as it is asked to",
    },
  },
  patches: {
    attachCommands: patchCommands,
    extendWithCommands: patchCommands,
    multi: patchMulti,
    MULTI: patchMulti,
    addCommand: (patching) => queued.patchAddCommand(patching),
    exec: patchExec,
    execAsPipeline: patchExec,
  },
  docs: {
    driver: "redis, @redis/client",
    tested: "redis 4, 5, 6",
    spans: "`redis-GET` and so on, `redis-connect`; its text in `db.query.text`",
    before: "the command is not sent; before the first command of a transaction or pipeline, nothing of it is sent",
    after: "the reply has come, and its caller does not have it; in a transaction or pipeline, all its replies",
    unsupported: "`before` other commands of a transaction or pipeline, and `before` `redis-connect`",
  },
};
