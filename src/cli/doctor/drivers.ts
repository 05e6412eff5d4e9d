// Written by `npm run docs` from instrumentation/flow/adapters.

/** A driver whose calls can be held. */
export interface Driver {
  readonly package: string;
  /** The major versions that the tests run with. */
  readonly tested: readonly number[];
  /** What makes its spans, one of them, where that does not come with spangate. */
  readonly needs: readonly string[];
}

export const drivers: readonly Driver[] = [
  { package: "@grpc/grpc-js", tested: [1], needs: [] },
  { package: "@koa/router", tested: [15], needs: [] },
  { package: "@nestjs/core", tested: [11], needs: [] },
  { package: "@redis/client", tested: [], needs: [] },
  { package: "amqplib", tested: [2], needs: [] },
  { package: "bullmq", tested: [6], needs: ["bullmq-otel"] },
  { package: "connect", tested: [], needs: [] },
  { package: "express", tested: [4, 5], needs: [] },
  { package: "fastify", tested: [5], needs: ["@opentelemetry/instrumentation-fastify", "@fastify/otel"] },
  { package: "graphql", tested: [16], needs: [] },
  { package: "ioredis", tested: [5, 6], needs: [] },
  { package: "kafkajs", tested: [2], needs: [] },
  { package: "knex", tested: [3], needs: [] },
  { package: "koa", tested: [3], needs: [] },
  { package: "mongodb", tested: [7], needs: [] },
  { package: "mysql", tested: [2], needs: [] },
  { package: "mysql2", tested: [3], needs: [] },
  { package: "pg", tested: [8], needs: [] },
  { package: "pg-cursor", tested: [], needs: [] },
  { package: "pg-pool", tested: [], needs: [] },
  { package: "pg-query-stream", tested: [], needs: [] },
  { package: "redis", tested: [4, 5, 6], needs: [] },
  { package: "router", tested: [2], needs: [] },
  { package: "undici", tested: [8], needs: [] },
];
