// A database of a scenario: one connection, which no actor uses.
import { EnvironmentError } from "../../core/errors.js";

/** What a statement gives, in the sequence of its columns, of which several may have one name. */
export interface Table {
  readonly columns: readonly string[];
  /** null, true, false, numbers, texts, what JSON columns have, and `ColumnValue`s. */
  readonly rows: readonly (readonly unknown[])[];
}

export interface Database {
  /** What kind of server answers. */
  readonly system: "postgres" | "mysql" | "mariadb";
  /** Without user and password. */
  readonly server: string;
  /**
   * @returns what the last statement gives that gives rows; `undefined` where none does
   * @throws what the server says against it, {@link TookTooLong}, or DatabaseFailed where the connection is lost
   */
  query(sql: string, limitMs: number): Promise<Table | undefined>;
  /** Ends the statement that may be under way, with its locks; from then on there is another connection. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** A statement that has no answer in time: it may wait for a lock that an actor has. */
export class TookTooLong extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms. Does it need what an actor has that stands still, such as a lock?`);
  }
}

export const connectLimitMs = 5_000;

/** @throws {EnvironmentError} DatabaseFailed */
export function unreachable(server: string, error: unknown): EnvironmentError {
  return new EnvironmentError("DatabaseFailed", `The database ${server} does not answer: ${reasonOf(error)}`, {
    cause: error,
  });
}

/** For an error by which no statement gets there any more. */
export function lost(server: string, error: unknown): EnvironmentError {
  return new EnvironmentError(
    "DatabaseFailed",
    `The connection to the database ${server} is lost: ${reasonOf(error)}. Is it still running?`,
    { cause: error },
  );
}

/** An error's message, also where several addresses were tried. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}

/** What is no value of JSON as a text, also in lists; bytes as PostgreSQL writes them. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  if (typeof value === "bigint") return String(value);
  // NaN and Infinity: JSON has none of them, and a file says them in quotes.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Date ? value.toISOString() : value;
}
