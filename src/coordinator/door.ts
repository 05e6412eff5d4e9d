// Where the coordinator is reached. It keeps the connections in its own hands: grpc-js, also where it forces its end, asks
// the peers to end their connections, and a peer whose thread is busy or stopped never does.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { socketOptions } from "../wire/address.js";

/** How long nothing may be heard before the system asks whether the peer is there, in milliseconds; for ten seconds more. */
const keepAliveMs = 10_000;

export class Door {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  private constructor(enter: (connection: Socket) => void) {
    this.#server = createServer({ noDelay: true }, (connection) => {
      this.#connections.add(connection);
      // Of a link that is cut and over which nothing is sent the system learns then. Its answers need no thread of the peer's.
      connection.setKeepAlive(true, keepAliveMs);
      connection.on("close", () => this.#connections.delete(connection));
      // Its session hears them too, as long as it lives.
      connection.on("error", () => {});
      enter(connection);
    });
    // A connection that could not be accepted is its peer's trouble.
    this.#server.on("error", () => {});
  }

  /**
   * @param address `unix:PATH` or `HOST:PORT`
   * @param enter gets every connection
   * @throws what the system says when the address cannot be listened on
   */
  static async open(address: string, enter: (connection: Socket) => void): Promise<Door> {
    const door = new Door(enter);
    door.#server.listen(socketOptions(address));
    await once(door.#server, "listening");
    return door;
  }

  /** The TCP port, if it has one. */
  get port(): number | undefined {
    const address = this.#server.address();
    return typeof address === "object" ? address?.port : undefined;
  }

  /** Lets nobody in any more. Resolves when everybody has left. */
  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Ends the connections that are left. */
  cut(): void {
    for (const connection of this.#connections) connection.destroy();
  }
}
