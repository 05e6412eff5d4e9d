// The bug: between the SELECT and the UPDATE somebody else may withdraw too.
import { serve } from "./server.js";

serve(async (pool, amount) => {
  const { rows } = await pool.query("SELECT balance FROM account WHERE id = 1");
  const balance = rows[0].balance - amount;
  await pool.query("UPDATE account SET balance = $1 WHERE id = 1", [balance]);
  return balance;
});
