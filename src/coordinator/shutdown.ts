import type { Server } from "@grpc/grpc-js";
import { clearTimeout, setTimeout } from "../real-time.js";
import type { Door } from "./door.js";

/** How long peers may take to read their last messages, in milliseconds. */
const graceMs = 500;

/** Closes a server whose streams have been told to end: in order if the peers let it, by force after that. */
export async function shutdown(server: Server, door: Door): Promise<void> {
  const left = door.close();
  server.tryShutdown(() => {});
  const timer = setTimeout(() => door.cut(), graceMs);
  await left;
  clearTimeout(timer);
}
