// Object mappers and query builders ride on their drivers; knex has spans of its own around them.
import { openPrisma } from "../support/prisma.ts";
import { raceOnStore } from "../support/store-races.ts";
import { openPostgres } from "../support/stores.ts";

const plain = { open: openPostgres, read: "pg.query:SELECT bank", write: "pg.query:UPDATE bank" };

raceOnStore({ ...plain, module: "sequelize.mjs" });
raceOnStore({ ...plain, module: "typeorm.mjs" });
raceOnStore({ ...plain, module: "drizzle.mjs" });
raceOnStore({ ...plain, module: "prisma.mjs", open: openPrisma });
raceOnStore({ ...plain, module: "knex.mjs" });
raceOnStore({ ...plain, module: "knex-transaction.mjs", commit: "pg.query:COMMIT bank" });
raceOnStore({
  ...plain,
  module: "knex.mjs",
  title: "knex.mjs, by its own spans",
  read: "select bank.account",
  write: "raw bank",
});
