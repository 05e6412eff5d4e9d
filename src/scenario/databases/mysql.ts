// MySQL and MariaDB by the package mysql2.
import type { TypeCastField as Field, FieldPacket } from "mysql2";
import { type LoadDriver, serverOf } from "../../probes/driver.js";
import { parseJson } from "../json.js";
import { ColumnValue } from "./column-value.js";
import { connectLimitMs, type Database, lost, plain, type Table, TookTooLong, unreachable } from "./database.js";

/** Numbers that JavaScript would round, dates and times are texts. */
const texts = { supportBigNumbers: true, bigNumberStrings: true, dateStrings: true } as const;
/** The length of longtext, which MariaDB's JSON is. */
const longest = 4_294_967_295;

type Fields = readonly Pick<FieldPacket, "name">[];

/** @throws {EnvironmentError} DatabaseFailed */
export async function openMysql(url: string, load: LoadDriver): Promise<Database> {
  const mysql = await load<typeof import("mysql2/promise")>("mysql2/promise");
  const server = serverOf("mysql", url);
  const connect = async () => {
    const uri = url.replace(/^mariadb:/, "mysql:");
    const connection = await mysql.createConnection({
      uri,
      connectTimeout: connectLimitMs,
      multipleStatements: true,
      ...texts,
    });
    (connection as unknown as { on(event: string, listener: () => void): void }).on("error", () => {});
    await connection.query("SET time_zone = '+00:00'");
    return connection;
  };
  let connection = await connect().catch((error: unknown) => {
    throw unreachable(server, error);
  });
  const renew = async () => {
    const id = connection.threadId;
    connection.destroy();
    connection = await connect();
    // It may have ended by itself.
    await connection.query(`KILL ${id}`).catch(() => {});
  };
  const [version] = (await connection.query("SELECT VERSION() AS version"))[0] as { version: string }[];
  const system = version?.version.includes("MariaDB") ? "mariadb" : "mysql";
  const typeCast = (field: Field, next: () => unknown) => cast(field, next, system);
  return {
    system,
    server,
    async query(sql, limitMs) {
      try {
        const [result, fields] = await connection.query({ sql, timeout: limitMs, rowsAsArray: true, typeCast });
        return tableOf(result, fields);
      } catch (error) {
        const { code, sqlState } = error as { readonly code?: string; readonly sqlState?: string };
        if (code === "PROTOCOL_SEQUENCE_TIMEOUT") {
          await renew();
          throw new TookTooLong(limitMs);
        }
        // The server's own words have it.
        throw sqlState === undefined ? lost(server, error) : error;
      }
    },
    renew,
    close: async () => {
      await connection.end();
    },
  };
}

// The last result that is a list of rows: those of a procedure are followed by how it ended.
function tableOf(result: unknown, fields: unknown): Table | undefined {
  if (!Array.isArray(fields)) return undefined;
  const isOfSeveral = fields.some((it) => it === undefined || Array.isArray(it));
  const of = isOfSeveral ? (fields as (Fields | undefined)[]) : [fields as Fields];
  const last = of.findLastIndex((it) => it !== undefined);
  const rows = isOfSeveral ? (result as unknown[])[last] : result;
  const columns = of[last]?.map(({ name }) => name);
  return columns && { columns, rows: (rows as unknown[][]).map((row) => row.map(plain)) };
}

function cast(field: Field, next: () => unknown, system: Database["system"]): unknown {
  // MariaDB tells it beside the type, where its drivers and servers are not old.
  if (field.type === "JSON" || field.extendedFormat === "json") return jsonOf(field);
  // The driver's own way rounds.
  if (field.type === "FLOAT" || field.type === "DOUBLE") return unlessNull(field.string(), Number);
  const value = next();
  switch (field.type) {
    case "DECIMAL":
    case "NEWDECIMAL":
      return unlessNull(value as string | null, ColumnValue.ofNumber);
    case "TINY":
    case "SHORT":
    case "INT24":
    case "LONG":
    case "LONGLONG":
      return unlessNull(value as string | number | null, ColumnValue.ofInteger);
    case "BIT":
      return unlessNull(plain(value) as string | null, ColumnValue.ofBits);
    default:
      if (system === "mariadb" && typeof value === "string" && field.length >= longest)
        return ColumnValue.ofDocument(value);
      return value;
  }
}

// A function's result can say that it is JSON, and be none.
function jsonOf(field: Field): unknown {
  const text = field.buffer()?.toString("utf8");
  if (text === undefined) return null;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

function unlessNull<Value, To>(value: Value | null, to: (value: Value) => To): To | null {
  return value === null ? null : to(value);
}
