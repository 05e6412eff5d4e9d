// A place of its own in the run's PostgreSQL, so that test files do not meet there. The database keeps its name, which
// is part of the spans' names.
import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

/** The URL of a new, empty schema of the database `bank`. */
export async function freshSchema(): Promise<string> {
  const schema = `test_${randomBytes(6).toString("hex")}`;
  const client = new pg.Client(inject("databaseUrl"));
  await client.connect();
  await client.query(`CREATE SCHEMA ${schema}`);
  await client.end();
  return `${inject("databaseUrl")}?options=${encodeURIComponent(`-c search_path=${schema}`)}`;
}
