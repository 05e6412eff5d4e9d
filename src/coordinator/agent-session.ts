// One agent: its protocol, and what its events mean to the coordinator.
// Whatever an agent sends, the worst that happens is the end of its own streams.
import { randomBytes } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { type Departure, died, inOrder } from "../core/departure.js";
import { coordinatorLimits } from "../core/limits.js";
import type { AgentRef } from "../core/model.js";
import type { Arrived, AttachRequest, Discovered, Hello, Passed } from "../gen/spangate/v1/agent.js";
import { fromMachine } from "../machine-clock.js";
import { now, setTimeout } from "../real-time.js";
import { protocolVersion } from "../wire/protocol.js";
import { modeFromWire, phaseFromWire, rulesToWire } from "../wire/spans.js";
import { isSameSecret } from "../wire/token.js";
import { AgentClock } from "./agent-clock.js";
import { checkText, checkVersions, ProtocolError, readDiscovered, readShortages, readSpan } from "./agent-events.js";
import type { Agent } from "./agents.js";
import type { Coordinator } from "./coordinator.js";
import type { Command, JoinableSession, SecondStream } from "./second-stream.js";
import { Sequence } from "./sequence.js";

type Event = NonNullable<AttachRequest["event"]>;

/** How long an agent's second stream may outlive the first, in milliseconds: they end with the same process. */
const partingLimitMs = 500;

export class AgentSession implements JoinableSession {
  readonly #coordinator: Coordinator;
  readonly #send: (command: Command) => void;
  readonly #ports: number[] = [];
  /** What its second stream shows: an agent must not hear or say what is another's. */
  readonly #key = randomBytes(12).toString("base64url");
  #agent: Agent | undefined;
  #ref: AgentRef | undefined;
  #second: SecondStream | undefined;
  /** How the first stream has ended, while the second has not. */
  #ended: Departure | undefined;
  #lastArrival = 0;
  /** Arrivals whose releases come by the first stream: a stopped thread reads nothing, and a claim has to see the rules. */
  readonly #byFirst = new Set<number>();
  readonly #clock = new AgentClock();
  readonly #sequence = new Sequence<Event>((event) => this.#take(event));

  constructor(coordinator: Coordinator, send: (command: Command) => void) {
    this.#coordinator = coordinator;
    this.#send = send;
  }

  /** @throws {ProtocolError} */
  receive({ event, sequence = 0 }: Partial<AttachRequest>): void {
    if (!event) throw new ProtocolError(status.INVALID_ARGUMENT, "An event of an unknown kind.");
    if (sequence === 0) return this.#take(event);
    if (!this.#sequence.put(sequence, event))
      throw new ProtocolError(status.RESOURCE_EXHAUSTED, "Too many events came before one that is missing.");
  }

  join(second: SecondStream, key: string): void {
    if (!isSameSecret(key, this.#key))
      throw new ProtocolError(status.NOT_FOUND, "This is no key of an attached agent.");
    if (this.#second) throw new ProtocolError(status.INVALID_ARGUMENT, "Join came twice.");
    this.#second = second;
    second.send({ $case: "joined", value: {} });
  }

  part(): void {
    this.#second = undefined;
    if (this.#ended) this.#leave(this.#ended);
  }

  expel(reason: string): void {
    this.part();
    this.#send({ $case: "stop", value: { reason } });
    this.end(died(reason));
  }

  /**
   * The first stream has ended. Without Goodbye the agent has died: what it has told by the second is still to be read,
   * Goodbye may wait for it.
   */
  end(departure: Departure): void {
    const second = this.#second;
    if (!second) return this.#leave(departure);
    // Told again when what was ended is over.
    if (this.#ended) return;
    this.#ended = departure;
    setTimeout(() => {
      second.end();
      this.part();
    }, partingLimitMs).unref();
  }

  /** @throws {ProtocolError} */
  #take(event: Event): void {
    if (event.$case === "hello") return this.#welcome(event.value);
    const ref = this.#ref;
    if (!ref) throw new ProtocolError(status.INVALID_ARGUMENT, "The first event of an agent must be Hello.");
    switch (event.$case) {
      case "rulesApplied":
        return this.#coordinator.agents.acknowledge(ref.instance, event.value.version);
      case "arrived":
        return this.#arrived(ref, event.value);
      case "withdrawn":
        this.#byFirst.delete(event.value.id);
        return this.#coordinator.withdrawn(ref, event.value.id, event.value.reason);
      case "passed":
        return this.#passed(ref, event.value);
      case "unsupported": {
        const { runId, actor, checkpoint, reason } = event.value;
        return this.#coordinator.putTo(runId, { type: "ungateable", actor, checkpoint, reason });
      }
      case "synced":
        return this.#coordinator.synced(ref, event.value.number, readShortages(ref, event.value.shortages));
      case "discovered":
        return this.#discovered(ref, event.value);
      case "listening":
        return this.#listening(event.value.port);
      case "goodbye":
        return this.#leave(inOrder(event.value.exitCode));
      case "join":
        throw new ProtocolError(status.INVALID_ARGUMENT, "Join must be the first event of a second stream.");
    }
  }

  #leave(departure: Departure): void {
    const ref = this.#ref;
    this.#ref = undefined;
    if (ref) this.#coordinator.detached(ref, departure);
  }

  #welcome(hello: Hello): void {
    if (this.#agent) throw new ProtocolError(status.INVALID_ARGUMENT, "Hello came twice.");
    checkText(hello.service);
    checkVersions(hello.versions);
    if (hello.protocol !== protocolVersion) {
      throw new ProtocolError(
        status.FAILED_PRECONDITION,
        `The agent speaks protocol ${hello.protocol}, this coordinator ${protocolVersion}. Use the same version of spangate on both sides.`,
      );
    }
    const { agents } = this.#coordinator;
    if (agents.all.length >= coordinatorLimits.agents)
      throw new ProtocolError(status.RESOURCE_EXHAUSTED, `At most ${coordinatorLimits.agents} agents are taken.`);
    const ref = { instance: agents.newInstance(), service: hello.service, pid: hello.pid };
    this.#ref = ref;
    this.#agent = {
      ...ref,
      thread: hello.thread,
      modes: [...new Set(hello.modes.map(modeFromWire))],
      versions: hello.versions,
      ports: this.#ports,
      session: this,
      sendRules: (version, { actors, discovery }) =>
        this.#send({ $case: "rules", value: rulesToWire(version, actors, discovery) }),
      sendRelease: (ids) => this.#release(ids),
      sendSync: (number) => this.#sendToThread({ $case: "sync", value: { number } }),
      sendStop: (reason) => this.#send({ $case: "stop", value: { reason } }),
    };
    this.#coordinator.attached(this.#agent);
    const { version, actors, discovery } = agents.rules;
    this.#send({
      $case: "welcome",
      value: { instance: ref.instance, key: this.#key, rules: rulesToWire(version, actors, discovery) },
    });
  }

  #release(ids: readonly number[]): void {
    for (const id of ids) {
      const release: Command = { $case: "release", value: { ids: [id] } };
      if (this.#byFirst.delete(id)) this.#send(release);
      else this.#sendToThread(release);
    }
  }

  #sendToThread(command: Command): void {
    if (this.#second) this.#second.send(command);
    else this.#send(command);
  }

  #arrived(agent: AgentRef, { id, runId, actor, phase, checkpoints, span, mode, traceId }: Arrived): void {
    if (id <= this.#lastArrival) return;
    this.#lastArrival = id;
    const name = phaseFromWire(phase);
    if (name === "started" || modeFromWire(mode) === "thread") this.#byFirst.add(id);
    if (name === "started") {
      if (!/^[0-9a-f]{32}$/.test(traceId))
        throw new ProtocolError(status.INVALID_ARGUMENT, `Arrival ${id} claims no trace: 32 lower-case hex digits.`);
      const claim = { id, actor, agent, traceId, span: readSpan(span), mode: modeFromWire(mode) };
      return this.#coordinator.claimed(runId, claim);
    }
    if (name !== "before" && name !== "after") {
      throw new ProtocolError(status.INVALID_ARGUMENT, `Arrival ${id} is neither before nor after a span.`);
    }
    this.#coordinator.arrived(runId, {
      id,
      actor,
      phase: name,
      checkpoints,
      span: readSpan(span),
      agent,
      mode: modeFromWire(mode),
    });
  }

  #passed(agent: AgentRef, { spans, dropped, atMs: toldMs }: Passed): void {
    if (dropped > 0) this.#coordinator.putToAll({ type: "untold", agent });
    this.#clock.compare(fromMachine(toldMs), now());
    for (const { runId, actor, phase, span, atMs } of spans) {
      const name = phaseFromWire(phase);
      if (name === "before" || name === "after")
        this.#coordinator.passed(runId, {
          ...{ actor, phase: name, agent },
          span: readSpan(span),
          atMs: this.#clock.toOurs(fromMachine(atMs)),
        });
    }
  }

  #discovered(agent: AgentRef, discovered: Discovered): void {
    this.#clock.compare(fromMachine(discovered.atMs), now());
    const { sorts, dropped } = readDiscovered(discovered, agent);
    const placed = sorts.map((sort) => ({ ...sort, firstAtMs: this.#clock.read(fromMachine(sort.firstAtMs)) }));
    this.#coordinator.discoveries.tell({ type: "seen", agent, sorts: placed, dropped });
  }

  #listening(port: number): void {
    if (!this.#ports.includes(port) && this.#ports.length < 100) this.#ports.push(port);
  }
}
