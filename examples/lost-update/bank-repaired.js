// The repair: the SELECT locks the row until the transaction ends.
import { serve } from "./server.js";

serve(async (pool, amount) => {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query("SELECT balance FROM account WHERE id = 1 FOR UPDATE");
    const balance = rows[0].balance - amount;
    await client.query("UPDATE account SET balance = $1 WHERE id = 1", [balance]);
    await client.query("COMMIT");
    return balance;
  } finally {
    client.release();
  }
});
