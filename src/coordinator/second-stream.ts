// An agent's second stream and its session, as they know each other.
import type { AttachRequest, AttachResponse } from "../gen/spangate/v1/agent.js";

export type Command = NonNullable<AttachResponse["command"]>;

/** An agent's second stream, as its session uses it. */
export interface SecondStream {
  send(command: Command): void;
  end(): void;
}

/** An agent's session, as its second stream uses it. */
export interface JoinableSession {
  /** @throws {ProtocolError} when it has two streams already, or the key is not its own */
  join(second: SecondStream, key: string): void;
  /** @throws {ProtocolError} */
  receive(request: AttachRequest): void;
  /** The second stream has ended; where the first has not, it goes on alone. */
  part(): void;
  /** The agent broke the protocol: it has to go. */
  expel(reason: string): void;
}
