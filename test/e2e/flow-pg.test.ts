// Every way to ask PostgreSQL by pg.
import { raceOnStore } from "../support/store-races.ts";
import { openPostgres } from "../support/stores.ts";

const plain = { open: openPostgres, read: "pg.query:SELECT bank", write: "pg.query:UPDATE bank" };

raceOnStore({ ...plain, module: "pg-pool.mjs" });
raceOnStore({ ...plain, module: "pg-callback.cjs" });
raceOnStore({ ...plain, module: "pg-submittable.mjs" });
raceOnStore({ ...plain, module: "pg-named.mjs", read: "pg.query:read bank", write: "pg.query:write bank" });
raceOnStore({ ...plain, module: "pg-transaction.mjs", commit: "pg.query:COMMIT bank" });
raceOnStore({ ...plain, module: "pg-cursor.mjs", refusesAfter: /a cursor, a stream/ });
raceOnStore({ ...plain, module: "pg-query-stream.mjs", read: "pg.query", refusesAfter: /a cursor, a stream/ });
