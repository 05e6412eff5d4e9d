// A bank over HTTP. It knows nothing of spangate.
import { createServer } from "node:http";
import pg from "pg";

/** @param {(pool: pg.Pool, amount: number) => Promise<number>} withdraw takes money out; returns the new balance */
export function serve(withdraw) {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
  const server = createServer(async (request, response) => {
    try {
      const amount = Number(new URL(request.url ?? "/", "http://bank").searchParams.get("amount"));
      response.end(JSON.stringify({ balance: await withdraw(pool, amount) }));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
}
