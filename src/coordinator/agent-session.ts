// One agent's stream: its protocol, and what its events mean to the coordinator.
// Whatever an agent sends, the worst that happens is the end of its own stream.
import { status } from "@grpc/grpc-js";
import type { AgentRef, HoldMode, SpanFacts } from "../core/model.js";
import type { Arrived, AttachRequest, AttachResponse, Hello, Passed } from "../gen/spangate/v1/agent.js";
import { modeFromWire, phaseFromWire, rulesToWire, spanFromWire } from "../wire/spans.js";
import type { Agent } from "./agents.js";
import type { Coordinator } from "./coordinator.js";

/** The newest protocol that this coordinator speaks. */
export const protocolVersion = 1;

export type Command = NonNullable<AttachResponse["command"]>;

/** The longest text of a span, and of a service's name: a coordinator keeps many of them. */
const textLimit = 4_096;

/** A violation of the protocol; ends the stream. */
export class ProtocolError extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

export class AgentSession {
  readonly #coordinator: Coordinator;
  readonly #send: (command: Command) => void;
  readonly #ports: number[] = [];
  #agent: Agent | undefined;
  #ref: AgentRef | undefined;
  #lastArrival = 0;

  constructor(coordinator: Coordinator, send: (command: Command) => void) {
    this.#coordinator = coordinator;
    this.#send = send;
  }

  /** @throws {ProtocolError} */
  receive({ event }: AttachRequest): void {
    if (event?.$case === "hello") return this.#welcome(event.value);
    const ref = this.#ref;
    if (!ref) throw new ProtocolError(status.INVALID_ARGUMENT, "The first event of an agent must be Hello.");
    switch (event?.$case) {
      case "rulesApplied":
        return this.#coordinator.agents.acknowledge(ref.instance, event.value.version);
      case "arrived":
        return this.#arrived(ref, event.value);
      case "withdrawn":
        return this.#coordinator.withdrawn(ref, event.value.id, event.value.reason);
      case "passed":
        return this.#passed(ref, event.value);
      case "unsupported": {
        const { runId, actor, checkpoint, reason } = event.value;
        return this.#coordinator.putTo(runId, { type: "ungateable", actor, checkpoint, reason });
      }
      case "synced":
        return this.#coordinator.agents.synced(ref.instance, event.value.number);
      case "listening":
        this.#listening(event.value.port);
        return;
      case "goodbye":
        return this.#leave(false, "it said goodbye");
      case undefined:
        throw new ProtocolError(status.INVALID_ARGUMENT, "An event of an unknown kind.");
    }
  }

  /** The stream has ended. Without Goodbye the agent has died. */
  end(reason: string): void {
    this.#leave(true, reason);
  }

  #leave(died: boolean, reason: string): void {
    const ref = this.#ref;
    this.#ref = undefined;
    if (ref) this.#coordinator.detached(ref, died, reason);
  }

  #welcome(hello: Hello): void {
    if (this.#agent) throw new ProtocolError(status.INVALID_ARGUMENT, "Hello came twice.");
    checkText(hello.service);
    if (hello.protocol !== protocolVersion) {
      throw new ProtocolError(
        status.FAILED_PRECONDITION,
        `The agent speaks protocol ${hello.protocol}, this coordinator ${protocolVersion}. Use the same version of spangate on both sides.`,
      );
    }
    const { agents } = this.#coordinator;
    const ref = { instance: agents.newInstance(), service: hello.service, pid: hello.pid };
    this.#ref = ref;
    this.#agent = {
      ...ref,
      thread: hello.thread,
      modes: hello.modes.map((mode): HoldMode => modeFromWire(mode)),
      versions: hello.versions,
      ports: this.#ports,
      sendRules: (version, rules) => this.#send({ $case: "rules", value: rulesToWire(version, rules) }),
      sendRelease: (ids) => this.#send({ $case: "release", value: { ids: [...ids] } }),
      sendSync: (number) => this.#send({ $case: "sync", value: { number } }),
      sendStop: (reason) => this.#send({ $case: "stop", value: { reason } }),
    };
    agents.attach(this.#agent);
    const { version, actors } = agents.rules;
    this.#send({ $case: "welcome", value: { instance: ref.instance, rules: rulesToWire(version, actors) } });
  }

  #arrived(agent: AgentRef, { id, runId, actor, phase, checkpoints, span, mode, traceId }: Arrived): void {
    if (id <= this.#lastArrival) return;
    this.#lastArrival = id;
    const name = phaseFromWire(phase);
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

  #passed(agent: AgentRef, { spans, dropped }: Passed): void {
    if (dropped > 0) this.#coordinator.putToAll({ type: "untold", agent });
    for (const { runId, actor, phase, span } of spans) {
      const name = phaseFromWire(phase);
      if (name === "before" || name === "after")
        this.#coordinator.passed(runId, { actor, phase: name, span: readSpan(span), agent });
    }
  }

  #listening(port: number): void {
    if (!this.#ports.includes(port) && this.#ports.length < 100) this.#ports.push(port);
  }
}

/** @throws {ProtocolError} */
function readSpan(wire: Arrived["span"]): SpanFacts {
  const span = spanFromWire(wire);
  for (const text of [span.name, span.spanId, span.parentSpanId, span.scope, span.peer]) checkText(text);
  return span;
}

function checkText(text: string): void {
  if (text.length > textLimit)
    throw new ProtocolError(
      status.INVALID_ARGUMENT,
      `A text of ${text.length} characters; at most ${textLimit} are taken.`,
    );
}
