// The connections of pg's pools. What is read of a pool beside its own figures may be missing: then nothing is told.
import { type EmptyStock, noteClaim, noteUser, userOf } from "../../scarcity.js";
import type { Trace } from "../../trace.js";
import type { RawCall } from "../shape.js";
import { hasCallback } from "../shapes.js";

type AnyFunction = (...args: unknown[]) => unknown;

/** A pool gives a client out again and again: it counts how often it came back. */
interface Client {
  readonly _poolUseCount?: number;
}

interface Pool {
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options?: { readonly max?: number };
  readonly _clients?: readonly Client[];
}

/** @param client a pool's, or one of its own */
export function useClient(client: object, trace: Trace): void {
  noteUser(client, trace, (client as Client)._poolUseCount);
}

/** @param call `pool.connect()` */
export function askPool(call: RawCall, trace: Trace): RawCall {
  const pool = call.self as Pool;
  const use = (client?: unknown) => {
    if (client) useClient(client as object, trace);
  };
  const callback = call.args.at(-1);
  const told = (error: unknown, client: unknown, ...rest: unknown[]) => {
    use(client);
    return (callback as AnyFunction)(error, client, ...rest);
  };
  const raw = (...args: unknown[]) => {
    const { waitingCount } = pool;
    const result = Reflect.apply(call.raw, pool, args);
    if (pool.waitingCount > waitingCount) noteClaim(trace, () => lookAt(pool));
    // Of other promises it is not known who hears of a rejection: one that is heard here would be told to nobody.
    if (result instanceof Promise) result.then(use, () => {});
    return result;
  };
  return { ...call, raw, args: hasCallback(call.args) ? call.args.with(-1, told) : call.args };
}

function lookAt({ idleCount, waitingCount, options, _clients: clients }: Pool): EmptyStock | undefined {
  const limit = options?.max ?? 0;
  if (!clients || clients.length < limit || idleCount > 0 || waitingCount === 0) return undefined;
  return {
    ...{ resource: "a connection of a pg pool", option: "max", limit },
    users: clients.map((client) => userOf(client, client._poolUseCount)),
  };
}
