// Owns the database. It knows nothing of spangate.
import { createServer } from "node:http";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

createServer(async (request, response) => {
  try {
    if (request.method === "GET") {
      const { rows } = await pool.query("SELECT balance FROM account WHERE id = 1");
      response.end(JSON.stringify(rows[0]));
    } else {
      const balance = Number(new URL(request.url ?? "/", "http://bank").searchParams.get("balance"));
      await pool.query("UPDATE account SET balance = $1 WHERE id = 1", [balance]);
      response.end("{}");
    }
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(Number(process.env.PORT), () => console.log("the bank is open"));
