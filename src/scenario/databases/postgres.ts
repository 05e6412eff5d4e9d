// PostgreSQL by the package pg.
import type { QueryConfig } from "pg";
import { type LoadDriver, serverOf } from "../../probes/driver.js";
import { parseJson } from "../json.js";
import { connectLimitMs, type Database, lost, plainRow, type Row, TookTooLong, unreachable } from "./database.js";

/** Dates and times, whose texts say more than JavaScript's Date: date, time, timestamp, their zones, intervals. */
const times: readonly number[] = [1082, 1083, 1114, 1184, 1186, 1266];
/** Lists of them: pg would read their elements as Dates. Lists of texts are read alike, element by element. */
const listsOfTimes: readonly number[] = [1182, 1183, 1115, 1185, 1187, 1270];
const listOfTexts = 1009;
/** json and jsonb. */
const json: readonly number[] = [114, 3802];

/** @throws {EnvironmentError} DatabaseFailed */
export async function openPostgres(url: string, load: LoadDriver): Promise<Database> {
  const { default: pg } = await load<typeof import("pg")>("pg");
  const server = serverOf("postgres", url);
  const connect = async () => {
    const types = {
      getTypeParser: (oid: number, format?: "text" | "binary") => {
        if (times.includes(oid)) return (text: string) => text;
        if (json.includes(oid)) return parseJson;
        return pg.types.getTypeParser(listsOfTimes.includes(oid) ? listOfTexts : oid, format as "text");
      },
    };
    const client = new pg.Client({
      connectionString: url,
      application_name: "spangate run",
      types,
      connectionTimeoutMillis: connectLimitMs,
    });
    // What is lost is told by the next statement.
    client.on("error", () => {});
    await client.connect();
    await client.query({ text: "SET TIME ZONE 'UTC'", query_timeout: connectLimitMs } as QueryConfig);
    return client;
  };
  let client = await connect().catch((error: unknown) => {
    throw unreachable(server, error);
  });
  const renew = async () => {
    const { processID: id } = client as unknown as { readonly processID: number };
    void client.end().catch(() => {});
    client = await connect();
    // Who waits for a lock does not see that nobody wants it any more.
    await client.query("SELECT pg_terminate_backend($1)", [id]);
  };
  return {
    system: "postgres",
    server,
    async query(sql, limitMs) {
      try {
        const result = await client.query({ text: sql, query_timeout: limitMs } as QueryConfig);
        return (([result].flat().at(-1)?.rows ?? []) as Row[]).map(plainRow);
      } catch (error) {
        if (error instanceof Error && error.message === "Query read timeout") {
          await renew();
          throw new TookTooLong(limitMs);
        }
        // The server's own words have it; FATAL ones end the connection.
        const { severity } = error as { readonly severity?: string };
        throw severity === undefined || severity === "FATAL" ? lost(server, error) : error;
      }
    },
    renew,
    close: () => client.end(),
  };
}
