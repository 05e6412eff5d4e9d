// The close of a connection, for all that waits on it: one listener, because Node warns of many.
import type { Socket } from "node:net";

const waiting = new WeakMap<Socket, Set<() => void>>();

/** @returns takes it back */
export function whenClosed(socket: Socket, go: () => void): () => void {
  const all = waiting.get(socket) ?? listen(socket);
  all.add(go);
  return () => all.delete(go);
}

function listen(socket: Socket): Set<() => void> {
  const all = new Set<() => void>();
  waiting.set(socket, all);
  socket.once("close", () => {
    for (const go of all) go();
  });
  return all;
}
