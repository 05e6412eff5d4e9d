// What ioredis does with a connection of itself: when it comes up it is set up, before anything that waits for it is
// sent. Such commands are nobody's calls: nobody can be held in front of them without changing what all others do.
import { queueMicrotask } from "../../real-time.js";
import type { Flow } from "../flow.js";
import { inPlaceOf } from "../stand-in.js";

type AnyFunction = (...args: unknown[]) => unknown;
type Methods = Record<string, unknown>;

// What it asks and tells a server before the connection is ready for anything else.
const handshakes = new Set(["auth", "client", "hello", "info", "readonly", "select"]);
// What it sends as soon as the connection is ready, in front of all that has waited for that.
const restorations = new Set(["monitor", "psubscribe", "readonly", "select", "ssubscribe", "subscribe"]);

const setsUp = "the driver sets its connection up with it, and everybody's commands wait for that";

export class Connections {
  readonly #flow: Flow;
  /** Connections that have become ready in this synchronous stretch. */
  readonly #comingUp = new WeakSet<object>();
  /** Connections whose driver looks at a failed command in this synchronous stretch. */
  readonly #recovering = new WeakSet<object>();

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** Sees all connections of this class come up, recover and end. What another version does not have is not seen. */
  watch(prototype: object): void {
    this.#replace(prototype, "setStatus", (self, [status], go) => {
      if (status === "ready") this.#comesUp(self);
      return go();
    });
    this.#replace(prototype, "handleReconnection", (self, _, go) => this.#recover(self, go));
    this.#replace(prototype, "disconnect", (self, [reconnects], go) => {
      // Who closes a connection has called its commands before. To connect anew loses none of them.
      const caller = this.#flow.caller();
      const turn = reconnects ? undefined : this.#flow.lines.enter(caller ? [caller] : [], self, undefined);
      if (!turn) return go();
      turn.whenOpen(() => void go());
      return undefined;
    });
  }

  /** Why a command must go out at once, whatever its actor waits for; `undefined` for one that somebody has called. */
  whyAtOnce(connection: { readonly status?: string }, name: string): string | undefined {
    if (name === "asking") return "the driver sends it together with the command that it asks for";
    if (this.#recovering.has(connection)) {
      return "it is called in reconnectOnError, and the driver goes on with what that has done";
    }
    if (this.#comingUp.has(connection) && restorations.has(name)) return setsUp;
    return connection.status === "connect" && handshakes.has(name) ? setsUp : undefined;
  }

  // All that sets it up follows at once, and then what was waiting.
  #comesUp(connection: object): void {
    this.#comingUp.add(connection);
    queueMicrotask(() => this.#comingUp.delete(connection));
  }

  #recover(connection: object, go: () => unknown): unknown {
    this.#recovering.add(connection);
    try {
      return go();
    } finally {
      this.#recovering.delete(connection);
    }
  }

  #replace(
    prototype: object,
    name: string,
    conduct: (self: object, args: readonly unknown[], go: () => unknown) => unknown,
  ): void {
    const raw = (prototype as Methods)[name];
    if (typeof raw !== "function") return;
    (prototype as Methods)[name] = inPlaceOf(raw as AnyFunction, this.#flow, (self, args) =>
      conduct(self as object, args, () => Reflect.apply(raw, self, args)),
    );
  }
}
