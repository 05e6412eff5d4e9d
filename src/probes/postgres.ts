// PostgreSQL's answer to who waits for whom.
// pg_blocking_pids names who has a lock that is waited for, and who stands in front of it in the queue; it knows nothing of
// SERIALIZABLE's predicate locks, for which nobody waits (PostgreSQL's manual, "System Information Functions").
import type { Socket } from "node:net";
import type { Client } from "pg";
import type { LockProbe, SessionWait } from "../core/lock-probe.js";
import { serverName } from "../core/sessions.js";
import { importDriver, Kept, type LoadDriver, serverOf } from "./driver.js";

const connectLimitMs = 5_000;
const answerLimitMs = 2_000;

const question = {
  name: "spangate",
  text: `SELECT waiting.pid AS id, waiting.mode || ' on ' || coalesce(waiting.relation::regclass::text || ' (' || waiting.locktype || ')', waiting.locktype) AS lock, pg_blocking_pids(waiting.pid) AS by
    FROM pg_locks AS waiting WHERE NOT waiting.granted AND waiting.pid = ANY ($1)`,
};

/**
 * Asks a PostgreSQL server which of the actors' calls wait for locks. Needs the package `pg`.
 * @param url a connection string, such as `postgres://user:password@host:5432/database`; any user may ask
 * @param load finds the driver, where it is not this package's
 * @throws {UsageError} BadOption, for what is no such string
 */
export function postgres(url: string, load: LoadDriver = importDriver): LockProbe {
  const server = serverOf("postgres", url);
  let address: string | undefined;
  const client = new Kept<Client>(async (onLost) => {
    const { default: pg } = await load<typeof import("pg")>("pg");
    const limits = { connectionTimeoutMillis: connectLimitMs, query_timeout: answerLimitMs };
    const connected = new pg.Client({ connectionString: url, application_name: "spangate", ...limits });
    connected.on("error", onLost).on("end", onLost);
    await connected.connect();
    address = serverName((connected as unknown as { connection: { stream: Socket } }).connection.stream) || undefined;
    return connected;
  });
  return {
    ...{ system: "postgresql", server, open: () => client.open() },
    get address() {
      return address;
    },
    async waits(ids) {
      const { rows } = await (await client.get()).query<SessionWait>({ ...question, values: [ids] });
      return rows.filter(({ by }) => by.length > 0);
    },
    async close() {
      await (await client.take())?.end();
    },
  };
}
