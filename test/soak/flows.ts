// What an actor can do: a request to one of the services, or a process, and the checkpoints that it comes to, in sequence.

export interface Point {
  readonly phase: "before" | "after";
  readonly span: string;
  readonly service: string;
}

export interface Flow {
  readonly name: string;
  /** The service that is asked; none for a process of its own. */
  readonly entry: string | undefined;
  readonly path: string;
  readonly points: readonly Point[];
}

/** Both sides of each span. */
function around(service: string, ...spans: readonly string[]): readonly Point[] {
  return spans.flatMap((span) => [
    { phase: "before" as const, span, service },
    { phase: "after" as const, span, service },
  ]);
}

const sql = ["pg.query:SELECT bank", "pg.query:UPDATE bank"] as const;

export const requests: readonly Flow[] = [
  { name: "postgres", entry: "bank", path: "/", points: around("bank", ...sql) },
  { name: "postgres in another process", entry: "branch", path: "/", points: around("branch", ...sql) },
  { name: "ioredis", entry: "cache", path: "/", points: around("cache", "get", "set") },
  { name: "node-redis", entry: "store", path: "/", points: around("store", "redis-GET", "redis-SET") },
  { name: "two services", entry: "shop", path: "/", points: around("accounts", ...sql) },
  { name: "two services by fetch", entry: "front", path: "/fetch", points: around("till", ...sql) },
  { name: "two services by node:http", entry: "front", path: "/http", points: around("till", ...sql) },
];

export const job: Flow = { name: "a process", entry: undefined, path: "", points: around("job", "work") };
