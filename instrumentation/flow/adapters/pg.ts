// pg and pg-pool.
import type { OtherEnd } from "../../../src/core/sessions.js";
import type { Adapter } from "../adapter.js";
import { keepBehind, letGo, runBehind } from "../behind.js";
import type { Latch } from "../latch.js";
import { askPool, useClient } from "../scarce/pg-pool.js";
import { makeCall, type RawCall, type Shape } from "../shape.js";
import {
  gateCallback,
  gatePromise,
  hasCallback,
  type PromiseClass,
  promisesOrCallbacksOf,
  sessionOf,
} from "../shapes.js";

const scope = "@opentelemetry/instrumentation-pg";

/** A query object of the application, a cursor or a stream: the driver gives it back, and it tells its own events. */
interface Submittable {
  readonly submit: unknown;
  readonly text?: string;
  close?: (...args: unknown[]) => unknown;
  /** A query stream's. */
  readonly cursor?: { close?: (...args: unknown[]) => unknown };
  callback?: (...args: unknown[]) => unknown;
}

/** A client or a pool: what is called on it behind a query that waits. */
interface Connection {
  end?: unknown;
  /** Of a client that is connected. */
  readonly processID?: unknown;
  readonly connection?: { readonly stream?: OtherEnd };
  release?: (...reasons: unknown[]) => unknown;
  /** The class of its promises, which the application may have chosen: a client's, then a pool's. */
  readonly _Promise?: PromiseClass;
  readonly Promise?: PromiseClass;
}

type Connected = (error?: unknown, client?: Connection, ...rest: unknown[]) => unknown;

const promisesOrCallbacks = promisesOrCallbacksOf((self) => promisesOf(self as Connection));

const query: Shape = {
  sessionOf({ self }) {
    const { processID, connection } = self as Connection;
    return sessionOf("postgresql", processID, connection?.stream);
  },
  takes: ({ self }, trace) => useClient(self as object, trace),
  // A query keeps its place among those of its connection.
  lineOf: ({ self }) => self as object,
  putOff(call, latch) {
    const result = putOffQuery(call, latch);
    // Or a query that its caller did not wait for would run in the transaction of whom the pool gives its connection.
    const connection = call.self as Connection;
    keepBehind(connection, ["release", "end"], latch, { hurries: isBroken, promises: promisesOf(connection) });
    return result;
  },
  neverEnds: ({ args: [config, ...rest] }) =>
    isSubmittable(config) && !config.callback && !hasCallback(rest)
      ? "a cursor, a stream or a query object without a callback gets no end from its instrumentation"
      : undefined,
  gateArguments(args, frame) {
    const config = args[0] as Submittable | undefined;
    if (hasCallback(args) || typeof config?.callback !== "function") {
      return promisesOrCallbacks.gateArguments?.(args, frame, undefined) ?? args;
    }
    const callback = gateCallback(config.callback, frame) as (...args: unknown[]) => unknown;
    if (!isSubmittable(config)) return args.with(0, { ...(config as object), callback });
    config.callback = callback;
    return args;
  },
  gateResult: gatePromise,
};

function putOffQuery(call: RawCall, latch: Latch): unknown {
  const [config] = call.args;
  if (!isSubmittable(config)) return promisesOrCallbacks.putOff(call, latch);
  latch.whenOpen(() => void makeCall(call));
  // A cursor that was not submitted yet takes itself for closed already.
  keepBehind(config, ["close"], latch);
  if (config.cursor) keepBehind(config.cursor, ["close"], latch);
  return config;
}

const connect: Shape = {
  ...promisesOrCallbacks,
  // A client's queries are asked on the connection that it makes. A pool's connections have no sequence.
  lineOf: ({ self }) => (isPool(self as object) ? undefined : (self as object)),
  takes: (call, trace) => (isPool(call.self as object) ? askPool(call, trace) : undefined),
  putOff(call, latch) {
    const result = promisesOrCallbacks.putOff(call, latch);
    const connection = call.self as Connection;
    keepBehind(connection, ["end"], latch, { promises: promisesOf(connection) });
    return result;
  },
  gateArguments(args, frame, self) {
    const given = hasCallback(args) ? args.with(-1, withCurrentRelease(args.at(-1) as Connected)) : args;
    return promisesOrCallbacks.gateArguments?.(given, frame, self) ?? given;
  },
};

// Given back with a reason, a connection is thrown away and ended, and until then nobody listens to its errors.
function isBroken([reason]: readonly unknown[]): boolean {
  return Boolean(reason) && typeof reason !== "function";
}

function promisesOf({ _Promise: ofClient, Promise: ofPool }: Connection): PromiseClass {
  return ofClient ?? ofPool ?? Promise;
}

function isPool(self: object): boolean {
  return "totalCount" in self;
}

// A pool's callback gets the client's release a second time, from before anything could be kept behind a query. It
// stays the release of this very hand-over: what releases twice must fail, and not release another's.
function withCurrentRelease(callback: Connected): Connected {
  return new Proxy(callback, {
    apply(target, self, args: Parameters<Connected>) {
      const [error, client, raw, ...rest] = args;
      if (!client || typeof raw !== "function" || client.release !== raw) return Reflect.apply(target, self, args);
      const release = (...reasons: unknown[]) => {
        if (isBroken(reasons)) letGo(client);
        return runBehind(client, () => void raw(...reasons));
      };
      client.release = release;
      return Reflect.apply(target, self, [error, client, release, ...rest]);
    },
  });
}

function isSubmittable(config: unknown): config is Submittable {
  return typeof (config as Submittable | undefined)?.submit === "function";
}

export const pg: Adapter = {
  scope,
  functions: { query, connect },
  docs: {
    driver: "pg, pg-pool, pg-cursor, pg-query-stream",
    tested: "pg 8",
    spans:
      "`pg.query:<VERB> <database>`, of a named statement `pg.query:<name> <database>`; `pg-pool.connect`, `pg.connect`; its text in `db.query.text`",
    before: "the query is not sent; later queries of its connection, and its return to the pool, wait behind it",
    after: "the result has come, and its caller does not have it",
    unsupported:
      "`after` a pg-cursor, pg-query-stream or query object without a callback: no end is seen; a stream's span is named `pg.query`",
  },
};
