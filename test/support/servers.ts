// Servers that a machine may have or not have. What they would show is skipped where they are missing.
import { connect } from "node:net";

const servers = {
  mariadb: { variable: "SPANGATE_TEST_MARIADB_URL", url: "mysql://root@127.0.0.1:3306/test", port: 3306 },
  redis: { variable: "SPANGATE_TEST_REDIS_URL", url: "redis://127.0.0.1:6379", port: 6379 },
  rabbitmq: { variable: "SPANGATE_TEST_RABBITMQ_URL", url: "amqp://guest:guest@127.0.0.1:5672", port: 5672 },
};

export type Server = keyof typeof servers;

/** Where a server is, or would be. */
export function urlOf(server: Server): string {
  return process.env[servers[server].variable] ?? servers[server].url;
}

/**
 * Why a server cannot be used, which is printed as well; `undefined` when it answers.
 * @throws {Error} instead, where SPANGATE_TEST_SERVERS is "required": CI skips nothing
 */
export async function whyNot(server: Server): Promise<string | undefined> {
  const { hostname, port } = new URL(urlOf(server));
  const error = await knock(hostname, Number(port || servers[server].port));
  if (!error) return undefined;
  return skipFor(`no ${server} at ${hostname} (${error.message}); set ${servers[server].variable} to use another`);
}

/**
 * Prints why something is skipped, and returns it.
 * @throws {Error} instead, as `whyNot` does
 */
export function skipFor(reason: string): string {
  if (process.env["SPANGATE_TEST_SERVERS"] === "required") throw new Error(`Cannot test: ${reason}.`);
  console.warn(`Skipped: ${reason}.`);
  return reason;
}

function knock(hostname: string, port: number): Promise<Error | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  const socket = connect(port, hostname);
  socket.setTimeout(2_000, () => socket.destroy(new Error("it does not answer")));
  socket.once("error", resolve);
  socket.once("connect", () => {
    socket.destroy();
    resolve(undefined);
  });
  return promise;
}
