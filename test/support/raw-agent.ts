// An agent that keeps to no rule: plain grpc-js, bytes of its own making.
import { Client, type ClientDuplexStream, credentials, type Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { AttachRequest, AttachResponse, type Hello } from "../../src/gen/spangate/v1/agent.ts";
import type { CoordinatorAddress } from "../../src/index.ts";
import { agentToken, tokenMetadata } from "../../src/wire/token.ts";

type Event = NonNullable<AttachRequest["event"]>;
type Command = NonNullable<AttachResponse["command"]>;

const same = (bytes: Buffer) => bytes;

export class RawAgent {
  readonly stream: ClientDuplexStream<Buffer, Buffer>;
  /** Settles when the stream is over, with the status that the coordinator gave. */
  readonly ended: Promise<StatusObject>;
  readonly commands: Command[] = [];
  readonly #client: Client;
  readonly #waiting = new Set<(command: Command) => void>();

  constructor({ address, token }: CoordinatorAddress, metadata: Metadata = tokenMetadata(agentToken(token))) {
    this.#client = new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
    this.stream = this.#client.makeBidiStreamRequest("/spangate.v1.AgentService/Attach", same, same, metadata);
    const { promise, resolve } = Promise.withResolvers<StatusObject>();
    this.ended = promise;
    this.stream.on("status", resolve);
    this.stream.on("error", () => {});
    this.stream.on("data", (bytes: Buffer) => {
      const { command } = AttachResponse.decode(bytes);
      if (!command) return;
      this.commands.push(command);
      for (const look of this.#waiting) look(command);
    });
  }

  /** @param sequence its place among those that come by two streams; 0 for none */
  send(event: Event, sequence = 0): void {
    this.sendBytes(AttachRequest.encode({ event, sequence }).finish());
  }

  sendBytes(bytes: Uint8Array): void {
    this.stream.write(Buffer.from(bytes));
  }

  /** Resolves with the first command that fits, also one that has come already. */
  async command(fits: (command: Command) => boolean): Promise<Command> {
    const { promise, resolve } = Promise.withResolvers<Command>();
    const look = (command: Command) => {
      if (fits(command)) resolve(command);
    };
    this.#waiting.add(look);
    this.commands.forEach(look);
    return await promise.finally(() => this.#waiting.delete(look));
  }

  /** Says Hello and waits for Welcome. */
  async attach(hello: Partial<Hello> = {}): Promise<this> {
    this.send({ $case: "hello", value: { ...helloOf("hostile"), ...hello } });
    await this.command(({ $case }) => $case === "welcome");
    return this;
  }

  /** Resolves when the coordinator has read everything that was sent: it releases an arrival of no run at once. */
  async settle(id: number): Promise<void> {
    this.send(arrivalOf({ id, runId: "no run", actor: "nobody" }));
    await this.command((it) => it.$case === "release" && it.value.ids.includes(id));
  }

  [Symbol.dispose](): void {
    this.stream.cancel();
    this.#client.close();
  }
}

export function helloOf(service: string): Hello {
  return { protocol: 1, service, pid: 1, thread: 0, modes: [1], versions: {} };
}

interface Arriving {
  readonly id: number;
  readonly runId: string;
  readonly actor: string;
  readonly checkpoints?: readonly number[];
  readonly phase?: number;
  readonly name?: string;
  readonly mode?: number;
  readonly traceId?: string;
}

export function arrivalOf(arriving: Arriving): Event {
  const { checkpoints = [0], phase = 1, name = "work", mode = 1, traceId = "", ...rest } = arriving;
  const value = { ...rest, checkpoints: [...checkpoints], phase, span: spanOf(name), mode, traceId };
  return { $case: "arrived", value };
}

export function spanOf(name: string) {
  return {
    name,
    kind: 1,
    spanId: "0123456789abcdef",
    parentSpanId: "",
    scope: "test",
    peer: "",
    attributes: {},
    endless: false,
    session: undefined,
  };
}

export { status };
