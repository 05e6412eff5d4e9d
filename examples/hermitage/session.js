// A service that runs the statements of a request on a connection of its own, until one fails. It knows nothing of spangate.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import mysql from "mysql2/promise";
import pg from "pg";

const url = process.env.DATABASE_URL;
const connect = url.startsWith("mysql:") ? toMariadb() : toPostgres();

function toPostgres() {
  const pool = new pg.Pool({ connectionString: url });
  return async () => {
    const client = await pool.connect();
    return { query: async (sql) => (await client.query(sql)).rows, release: () => client.release() };
  };
}

function toMariadb() {
  const pool = mysql.createPool(url);
  return async () => {
    const connection = await pool.getConnection();
    return { query: async (sql) => (await connection.query(sql))[0], release: () => connection.release() };
  };
}

createServer(async (request, response) => {
  const connection = await connect();
  const results = [];
  let error;
  try {
    for (const statement of await json(request)) results.push(await connection.query(statement));
  } catch ({ message, code }) {
    error = { message, code };
    await connection.query("ROLLBACK");
  }
  connection.release();
  response.end(JSON.stringify({ results, error }));
}).listen(0, "127.0.0.1", function () {
  console.log(`listening on ${this.address().port}`);
});
