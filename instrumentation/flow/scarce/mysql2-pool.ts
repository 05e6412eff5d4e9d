// The connections of mysql2's pools. Waiting for one makes no span: the pool's own function is looked at, from the first
// use of one of its connections by an actor until no run is open.
import { trace as api } from "@opentelemetry/api";
import { type EmptyStock, noteClaim, noteUser, userOf } from "../../scarcity.js";
import { type Trace, traceOf } from "../../trace.js";
import type { Flow } from "../flow.js";
import { shadow } from "../shadow.js";

interface Queue<T = unknown> {
  readonly length: number;
  get(at: number): T | undefined;
}

interface Pool {
  getConnection(done: Done): unknown;
  readonly config?: { readonly connectionLimit?: number };
  readonly _allConnections?: Queue<object>;
  readonly _freeConnections?: Queue;
  readonly _connectionQueue?: Queue;
}

type Done = (error: unknown, connection?: object) => void;

const watched = new WeakSet<Pool>();

/** @param connection a pool's, or one of its own */
export function useConnection(connection: object, trace: Trace, flow: Flow): void {
  const pool = (connection as { _pool?: Pool | null })._pool;
  if (!pool) return;
  noteUser(connection, trace);
  if (!watched.has(pool)) watch(pool, flow);
}

function watch(pool: Pool, flow: Flow): void {
  const { getConnection } = pool;
  watched.add(pool);
  const undo = shadow(pool, "getConnection", (done: Done) => {
    if (!flow.isAtRest) return ask(pool, getConnection, done);
    undo();
    watched.delete(pool);
    return getConnection.call(pool, done);
  });
}

// Nobody's calls are seen as well: what they are given is no actor's any more.
function ask(pool: Pool, getConnection: Pool["getConnection"], done: Done): unknown {
  const active = api.getActiveSpan();
  const trace = active && traceOf(active);
  const waiting = pool._connectionQueue?.length ?? 0;
  const over = { isOver: false };
  let claim: { isOver: boolean } = over;
  const result = getConnection.call(pool, (error, connection) => {
    claim.isOver = true;
    if (connection) noteUser(connection, trace);
    done(error, connection);
  });
  if (trace && (pool._connectionQueue?.length ?? 0) > waiting) claim = noteClaim(trace, () => lookAt(pool));
  return result;
}

function lookAt(pool: Pool): EmptyStock | undefined {
  const { _allConnections: all, _freeConnections: free, _connectionQueue: queue } = pool;
  const limit = pool.config?.connectionLimit ?? 0;
  if (!all || limit === 0 || all.length < limit || free?.length !== 0 || !queue?.length) return undefined;
  const connections = Array.from({ length: all.length }, (_, at) => all.get(at));
  return {
    ...{ resource: "a connection of a mysql2 pool", option: "connectionLimit", limit },
    users: connections.map((connection) => userOf(connection)),
  };
}
