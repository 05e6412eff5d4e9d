// All drivers, by the name of their instrumentation.
import type { Adapter } from "../adapter.js";
import { amqplib } from "./amqplib.js";
import { bullmq } from "./bullmq.js";
import { connect } from "./connect.js";
import { dns } from "./dns.js";
import { express } from "./express.js";
import { fastify } from "./fastify.js";
import { fastifyOtel } from "./fastify-otel.js";
import { fs } from "./fs.js";
import { graphql } from "./graphql.js";
import { grpc } from "./grpc.js";
import { http } from "./http.js";
import { ioredis } from "./ioredis.js";
import { kafkajs } from "./kafkajs.js";
import { knex } from "./knex.js";
import { koa } from "./koa.js";
import { mongodb } from "./mongodb.js";
import { mysql } from "./mysql.js";
import { mysql2 } from "./mysql2.js";
import { nestjsCore } from "./nestjs-core.js";
import { net } from "./net.js";
import { pg } from "./pg.js";
import { redis } from "./redis.js";
import { router } from "./router.js";
import { undici } from "./undici.js";

export const adapters: readonly Adapter[] = [
  amqplib,
  bullmq,
  connect,
  dns,
  express,
  fastify,
  fastifyOtel,
  fs,
  graphql,
  grpc,
  http,
  ioredis,
  kafkajs,
  knex,
  koa,
  mongodb,
  mysql,
  mysql2,
  nestjsCore,
  net,
  pg,
  redis,
  router,
  undici,
];

const byScope = new Map(adapters.map((adapter) => [adapter.scope, adapter]));

export function adapterOf(scope: string): Adapter | undefined {
  return byScope.get(scope);
}
