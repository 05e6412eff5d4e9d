import type { Server } from "@grpc/grpc-js";

/** Lets the streams' last messages out, then closes what is still open. */
export async function shutdown(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.tryShutdown(() => resolve());
  // Streams of agents and tests end only with their processes: do not wait for them.
  setImmediate(() => server.forceShutdown());
  await promise;
}
