// The TCP ports that this process accepts connections on: they tell a diagnosis who waits for whom.
import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:net";

export function watchListening(tell: (port: number) => void): void {
  subscribe("tracing:net.server.listen:asyncEnd", (message) => {
    const address = (message as { server: Server }).server.address();
    if (address && typeof address === "object") tell(address.port);
  });
}
