// All drivers, by the name of their instrumentation.
import type { Adapter } from "../adapter.js";
import { http } from "./http.js";
import { ioredis } from "./ioredis.js";
import { knex } from "./knex.js";
import { mongodb } from "./mongodb.js";
import { mysql } from "./mysql.js";
import { mysql2 } from "./mysql2.js";
import { pg } from "./pg.js";
import { redis } from "./redis.js";
import { undici } from "./undici.js";

export const adapters: readonly Adapter[] = [http, ioredis, knex, mongodb, mysql, mysql2, pg, redis, undici];

const byScope = new Map(adapters.map((adapter) => [adapter.scope, adapter]));

export function adapterOf(scope: string): Adapter | undefined {
  return byScope.get(scope);
}
