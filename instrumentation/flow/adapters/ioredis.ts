// ioredis. A command is an object with a promise and the functions that settle it: the caller has the promise at once,
// the gates stand in front of sending the command and in front of settling it.
import type { Trace } from "../../trace.js";
import type { Adapter, Patching } from "../adapter.js";
import type { Frame } from "../frames.js";
import { layer } from "../sandwich.js";
import { makeCall, type RawCall, type Shape } from "../shape.js";
import { promises } from "../shapes.js";
import { inPlaceOf } from "../stand-in.js";
import { Connections } from "./ioredis-connections.js";
import { inTransaction, Pipelines } from "./ioredis-pipelines.js";

type AnyFunction = (...args: unknown[]) => unknown;

interface Command {
  readonly name: string;
  readonly promise: unknown;
  readonly inTransaction?: boolean;
  resolve: (value: unknown) => unknown;
  reject: (error: unknown) => unknown;
}

interface Connection {
  readonly status?: string;
  readonly stream?: object;
}

const scope = "@opentelemetry/instrumentation-ioredis";

/** What is watched of a driver. */
interface Watched {
  readonly connections: Connections;
  readonly pipelines: Pipelines;
}

// One for each class of connections, however often OpenTelemetry patches.
const watchedOf = new WeakMap<object, Watched>();

function patchSendCommand({ object, raw, patch, flow }: Patching): unknown {
  const { connections, pipelines } = watch(object as object, flow);
  const shape = new CommandShape(connections, pipelines);
  const keep = inPlaceOf(raw as AnyFunction, flow, (self, args) => {
    const send = () => Reflect.apply(raw as AnyFunction, self, args);
    const isKept = isPipelined(args) && pipelines.keep(self as object, send);
    return isKept ? (args[0] as Command).promise : send();
  });
  const layered = layer(keep, patch, scope, shape, flow) as AnyFunction;
  // What was queued for want of a connection comes here again: its gates are behind it.
  return inPlaceOf(layered, flow, (self, args) =>
    Reflect.apply(shape.isSentAgain(args[0]) ? keep : layered, self, args),
  );
}

function watch(prototype: object, flow: Patching["flow"]): Watched {
  const known = watchedOf.get(prototype);
  if (known) return known;
  const watched = { connections: new Connections(flow), pipelines: new Pipelines(flow) };
  watched.connections.watch(prototype);
  watched.pipelines.watch(pipelineClassOf(prototype));
  watchedOf.set(prototype, watched);
  return watched;
}

// A connection's prototype does not lead to the class of its pipelines: one that is never used does.
function pipelineClassOf(prototype: object): object {
  const connection = Object.create(prototype, {
    options: { value: {} },
    scriptsSet: { value: {} },
    addedBuiltinSet: { value: new Set() },
  }) as { pipeline?: () => object };
  try {
    return Object.getPrototypeOf(connection.pipeline?.() ?? {}) as object;
  } catch {
    // Another version of the driver: its pipelines are refused.
    return {};
  }
}

class CommandShape implements Shape {
  readonly #connections: Connections;
  readonly #pipelines: Pipelines;
  readonly #sent = new WeakSet<object>();
  /** The socket on which a connection has a transaction open that is no pipeline. */
  readonly #transactions = new WeakMap<object, object | undefined>();
  readonly #inTransaction = new WeakSet<object>();

  constructor(connections: Connections, pipelines: Pipelines) {
    this.#connections = connections;
    this.#pipelines = pipelines;
  }

  isSentAgain(command: unknown): boolean {
    return typeof command === "object" && command !== null && this.#sent.has(command);
  }

  refuses({ self, args, frame }: RawCall): string | undefined {
    const command = args[0] as Command;
    if (isPipelined(args)) return this.#pipelines.refusesBefore(command.name, frame);
    const own = this.#connections.whyAtOnce(self as Connection, command.name);
    if (own !== undefined) return own;
    return this.#inTransaction.has(command)
      ? "commands of others would get into its transaction, which is no pipeline: use multi() without { pipeline: false }"
      : undefined;
  }

  // The connection's own must not wait behind what waits for the connection.
  lineOf({ self, args }: RawCall): object | undefined {
    if (isPipelined(args)) return undefined;
    const own = this.#connections.whyAtOnce(self as Connection, (args[0] as Command).name);
    return own === undefined ? (self as object) : undefined;
  }

  putOff(call: RawCall, latch: Parameters<Shape["putOff"]>[1]): unknown {
    const command = call.args[0] as Command;
    if (isPipelined(call.args)) {
      this.#pipelines.hold(latch);
      return makeCall(call);
    }
    latch.whenOpen(() => {
      try {
        makeCall(call);
      } catch (error) {
        // Its caller has gone on: the promise is the way that is left.
        command.reject(error);
      }
    });
    return command.promise;
  }

  gateArguments(args: unknown[], frame: Frame, self: unknown): unknown[] {
    const command = args[0] as Command | undefined;
    if (typeof command?.resolve !== "function") return args;
    this.#sent.add(command);
    if (isPipelined(args)) {
      this.#pipelines.join(frame);
      frame.notBehind = this.#pipelines.refusesAfter(command.inTransaction === true);
    } else {
      frame.notBehind = this.#followTransaction(command, self as Connection);
    }
    return args;
  }

  gateCall({ args }: RawCall, { frame }: Trace): void {
    if (frame && frame.notBehind === undefined) gateSettling(args[0] as Command, frame);
  }

  /** @returns why the command cannot be held at its end */
  #followTransaction(command: Command, connection: Connection): string | undefined {
    if (command.name === "multi") this.#transactions.set(connection, connection.stream);
    const isInside = this.#transactions.has(connection) && this.#transactions.get(connection) === connection.stream;
    if (!isInside) return undefined;
    this.#inTransaction.add(command);
    const isLast = command.name === "exec" || command.name === "discard";
    if (isLast) this.#transactions.delete(connection);
    return isLast ? undefined : inTransaction;
  }
}

// The instrumentation puts what ends the span in front of these.
function gateSettling(command: Command, frame: Frame): void {
  frame.isGatedBehind = true;
  const { resolve, reject } = command;
  const settle = (go: () => unknown) => {
    if (!frame.end || frame.end.isOpen) return go();
    frame.end.whenOpen(go);
    return command.promise;
  };
  command.resolve = (value) => settle(() => resolve(value));
  command.reject = (error) => settle(() => reject(error));
}

function isPipelined(args: readonly unknown[]): boolean {
  return (args[1] as { isPipeline?: boolean } | undefined)?.isPipeline === true;
}

export const ioredis: Adapter = {
  scope,
  functions: {
    connect: {
      ...promises,
      refuses: () => "the driver tells everyone that it connects as soon as it is asked to",
    },
  },
  patches: { sendCommand: patchSendCommand },
  docs: {
    driver: "ioredis",
    tested: "ioredis 5, 6",
    spans: "the command, such as `get`; its text in `db.query.text`",
    before:
      "the command is not sent, and the actor's later commands on its connection and disconnect() wait behind it; before the first command of a pipeline, or `multi` or `exec` of a transaction, nothing of it is sent",
    after: "the reply has come, and its caller does not have it",
    unsupported:
      "`before` other commands of a pipeline or transaction; `after` a command inside a transaction (use `exec`); both with `enableAutoPipelining`, in a MULTI with `{ pipeline: false }`; `before` `connect`, and `before` what the driver sends by itself where a connection comes up (`auth`, `client`, `info`, `select`, `readonly`, `subscribe`), in reconnectOnError or to redirect a command (`asking`)",
  },
};
