// Every way to ask MySQL, by mysql2 and by mysql.
import { describe } from "vitest";
import { openMariadb } from "../support/mariadb.ts";
import { whyNot } from "../support/servers.ts";
import { raceOnStore } from "../support/store-races.ts";

const missing = await whyNot("mariadb");
const plain = { open: openMariadb, read: "SELECT", write: "UPDATE" };

describe.skipIf(missing)(missing ?? "MariaDB", () => {
  raceOnStore({ ...plain, module: "mysql2-promise.mjs" });
  raceOnStore({ ...plain, module: "mysql2-callback.cjs" });
  raceOnStore({ ...plain, module: "mysql2-execute.mjs" });
  raceOnStore({ ...plain, module: "mysql2-transaction.mjs", commit: "COMMIT" });
  raceOnStore({ ...plain, module: "mysql2-cluster.cjs" });
  raceOnStore({ ...plain, module: "mysql2-stream.cjs", refusesAfter: /amid the event of its first row/ });
  raceOnStore({ ...plain, module: "mysql2-end.cjs" });
  raceOnStore({ ...plain, module: "mysql-connection.cjs" });
  raceOnStore({ ...plain, module: "mysql-pool.cjs" });
  raceOnStore({ ...plain, module: "mysql-cluster.cjs", commit: "COMMIT" });
  raceOnStore({ ...plain, module: "mysql-stream.cjs" });
  raceOnStore({ ...plain, module: "mysql-end.cjs" });
});
