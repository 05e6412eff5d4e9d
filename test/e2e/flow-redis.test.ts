// Every way to ask Redis, by ioredis and node-redis.
import { describe } from "vitest";
import { whyNot } from "../support/servers.ts";
import { raceOnStore } from "../support/store-races.ts";
import { openRedis } from "../support/stores.ts";

const missing = await whyNot("redis");

describe.skipIf(missing !== undefined)(missing ?? "Redis", () => {
  const ioredis = { open: openRedis, read: "get", write: "set" };
  for (const version of ["", "6"]) {
    for (const way of ["plain", "callback", "buffer", "unawaited", "pipeline"]) {
      raceOnStore({ ...ioredis, module: `ioredis.mjs?way=${way}&version=${version}` });
    }
    raceOnStore({ ...ioredis, write: "exec", module: `ioredis.mjs?way=transaction&version=${version}` });
  }

  const redis = { open: openRedis, read: "redis-GET", write: "redis-SET" };
  for (const version of ["4", "5", ""]) {
    for (const way of ["plain", "together", "transaction", "pipeline", ...(version === "4" ? [] : ["pool"])]) {
      raceOnStore({ ...redis, module: `redis.mjs?way=${way}&version=${version}` });
    }
  }
});
