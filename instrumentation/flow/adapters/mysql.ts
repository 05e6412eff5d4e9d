// mysql.
import { type Adapter, leave } from "../adapter.js";
import { keepBehind } from "../behind.js";
import { doubleOf } from "../double.js";
import type { Frame } from "../frames.js";
import type { Latch } from "../latch.js";
import { makeCall, type RawCall, type Shape } from "../shape.js";

type AnyFunction = (...args: unknown[]) => unknown;

/** The driver's query object, which tells its events. */
interface Query {
  _connection?: Connection;
  on(event: string | symbol, listener: AnyFunction): Query;
  eventNames(): readonly (string | symbol)[];
  rawListeners(event: string | symbol): readonly AnyFunction[];
  removeAllListeners(event: string | symbol): Query;
}

interface Connection {
  release?: AnyFunction;
  end: AnyFunction;
  _implyConnect(): void;
  _protocol: { _enqueue(query: Query): Query };
}

interface Pool {
  getConnection(callback: AnyFunction): void;
}

// What tells the application of a query's end waits for the spans of all the calls that the query went through: a
// pool's, and then its connection's.
interface Way {
  readonly frames: Frame[];
  readonly callsBack: boolean;
  /** True while the driver puts its own listeners on the query. */
  isSending: boolean;
}
const wayOf = new WeakMap<object, Way>();
const gateOf = new WeakMap<Frame, Way>();

const query: Shape = {
  // A pool's queries have no sequence: each goes its own way.
  lineOf: ({ self }) => (isPool(self) ? undefined : (self as object)),
  putOff: (call, latch) => (isPool(call.self) ? putOffPooled : putOffQuery)(call, latch),
  refusesEnd: ({ args: [given] }) =>
    isQuery(given) && !wayOf.has(given)
      ? "a query object of the application calls back before its span ends"
      : undefined,
  gateArguments(args, frame) {
    const [given] = args;
    if (isQuery(given)) {
      const way = wayOf.get(given);
      frame.isGatedBehind = way !== undefined;
      way?.frames.push(frame);
      return args;
    }
    const at = args.findIndex((arg) => typeof arg === "function");
    const way = { frames: [frame], callsBack: at >= 0, isSending: false };
    gateOf.set(frame, way);
    frame.isGatedBehind = true;
    return at < 0 ? args : args.with(at, gated(args[at] as AnyFunction, way));
  },
  gateResult(result, frame) {
    const way = gateOf.get(frame);
    if (!way || !isQuery(result)) return result;
    wayOf.set(result, way);
    if (!way.callsBack) gateEndEvent(result, way);
    return result;
  },
};

function putOffPooled(call: RawCall, latch: Latch): unknown {
  const pool = call.self as Pool;
  const getConnection = (callback: AnyFunction) => latch.whenOpen(() => pool.getConnection(callback));
  return makeCall({ ...call, self: doubleOf(pool, { getConnection }) });
}

function putOffQuery(call: RawCall, latch: Latch): unknown {
  const connection = call.self as Connection;
  const keeper = doubleOf(connection, { _implyConnect() {}, _protocol: { _enqueue: (query) => query } });
  const query = makeCall({ ...call, self: keeper }) as Query;
  query._connection = connection;
  latch.whenOpen(() => {
    connection._implyConnect();
    listenFirst(query, () => connection._protocol._enqueue(query));
  });
  keepBehind(connection, ["release", "end"], latch);
  return query;
}

// The driver's own listeners stand before the application's, as they do where a query is sent at once.
function listenFirst(query: Query, send: () => void): void {
  const given = query.eventNames().map((event) => [event, query.rawListeners(event)] as const);
  for (const [event] of given) query.removeAllListeners(event);
  const way = wayOf.get(query);
  if (way) way.isSending = true;
  send();
  for (const [event, listeners] of given) for (const listener of listeners) query.on(event, listener);
  if (way) way.isSending = false;
}

// The span ends at this event; who listens after its instrumentation gets it after the gate.
function gateEndEvent(query: Query, way: Way): void {
  const { on } = query;
  const gatedOn = (event: string | symbol, listener: AnyFunction) => {
    const isDrivers = way.isSending || way.frames.some(({ isOpen }) => isOpen);
    return Reflect.apply(on, query, [event, event === "end" && !isDrivers ? gated(listener, way) : listener]) as Query;
  };
  Object.assign(query, { on: gatedOn, addListener: gatedOn });
}

// `listener`: what Node looks at when a listener is to be removed.
function gated(callback: AnyFunction & { listener?: AnyFunction }, way: Way): AnyFunction {
  function gate(this: unknown, ...args: unknown[]): unknown {
    return afterAll(way, () => Reflect.apply(callback, this, args));
  }
  return Object.assign(gate, { listener: callback.listener ?? callback });
}

function afterAll(way: Way, go: () => unknown): unknown {
  const shut = way.frames.find(({ end }) => end && !end.isOpen)?.end;
  return shut ? shut.whenOpen(() => void afterAll(way, go)) : go();
}

function isPool(self: unknown): boolean {
  return typeof (self as Partial<Pool>).getConnection === "function";
}

function isQuery(given: unknown): given is Query {
  return typeof (given as Partial<Query> | undefined)?.on === "function";
}

export const mysql: Adapter = {
  scope: "@opentelemetry/instrumentation-mysql",
  functions: { query },
  // The instrumentation patches callbacks too: these are the application's, and no calls.
  patches: { "0": leave, "1": leave, "2": leave },
  docs: {
    driver: "mysql",
    tested: "mysql 2",
    spans: "the first word of the SQL, such as `SELECT`; its text in `db.query.text`",
    before: "the query is made and not sent; later queries of its connection wait behind it",
    after: "the result has come, and its callback or its `end` event waits; a pool has its connection back",
    unsupported: "`after` a query object that the application made; a pool's query has two spans, one in the other",
  },
};
