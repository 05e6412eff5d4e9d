// PostgreSQL by the package pg.
import type { QueryArrayConfig, QueryArrayResult, QueryConfig } from "pg";
import { type LoadDriver, serverOf } from "../../probes/driver.js";
import { parseJson } from "../json.js";
import { ColumnValue } from "./column-value.js";
import { connectLimitMs, type Database, lost, plain, type Table, TookTooLong, unreachable } from "./database.js";

type Parser = (text: string) => unknown;

/** By the OIDs of types, and of lists of them: in its own words pg loses digits, and what JavaScript's Date has not. */
const parsers: readonly {
  readonly of: readonly number[];
  readonly lists: readonly number[];
  readonly parse: Parser;
}[] = [
  // date, time, timestamp, their zones, intervals
  { of: [1082, 1083, 1114, 1184, 1186, 1266], lists: [1182, 1183, 1115, 1185, 1187, 1270], parse: (text) => text },
  // bigint, numeric
  { of: [20, 1700], lists: [1016, 1231], parse: ColumnValue.ofNumber },
  // json, jsonb
  { of: [114, 3802], lists: [199, 3807], parse: parseJson },
];
const listOfTexts = 1009;

/** @throws {EnvironmentError} DatabaseFailed */
export async function openPostgres(url: string, load: LoadDriver): Promise<Database> {
  const { default: pg } = await load<typeof import("pg")>("pg");
  const server = serverOf("postgres", url);
  const connect = async () => {
    const types = {
      getTypeParser: (oid: number, format?: "text" | "binary") => {
        const own = parsers.find(({ of, lists }) => of.includes(oid) || lists.includes(oid));
        if (own?.of.includes(oid)) return own.parse;
        if (!own) return pg.types.getTypeParser(oid, format as "text");
        const read = pg.types.getTypeParser(listOfTexts as number);
        return (text: string) => inList(read(text), own.parse);
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
        const query = { text: sql, rowMode: "array", query_timeout: limitMs } as QueryArrayConfig;
        return tableOf([await client.query(query)].flat());
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

function tableOf(results: readonly QueryArrayResult<unknown[]>[]): Table | undefined {
  const last = results.findLast(({ fields }) => fields.length > 0);
  return last && { columns: last.fields.map(({ name }) => name), rows: last.rows.map((row) => row.map(plain)) };
}

// Lists may be in lists, and have NULLs.
function inList(value: unknown, parse: Parser): unknown {
  if (Array.isArray(value)) return value.map((item) => inList(item, parse));
  return typeof value === "string" ? parse(value) : value;
}
