import type { Server } from "@grpc/grpc-js";

/** How long peers may take to read their last messages, in milliseconds. */
const graceMs = 500;

/** Closes a server whose streams have been told to end: in order if the peers let it, by force after that. */
export async function shutdown(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.tryShutdown(() => resolve());
  const timer = setTimeout(() => server.forceShutdown(), graceMs);
  await promise;
  clearTimeout(timer);
}
